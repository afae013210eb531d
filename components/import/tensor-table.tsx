import type { ForeignDictionary } from "trainer/bundle";
import { ScrollTable } from "../ui/section.tsx";

/** The tensors of a dictionary's files by their own names, and what each is taken for. */
export function TensorTable({ tensors }: Pick<ForeignDictionary, "tensors">) {
  return (
    <ScrollTable label="Tensors" className="max-h-96 overflow-y-auto">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Numbers</th>
            <th scope="col">Shape</th>
            <th scope="col">Taken for</th>
          </tr>
        </thead>
        <tbody>
          {tensors.map(({ name, dtype, shape, role }) => (
            <tr key={name}>
              <th scope="row" className="font-mono text-[0.8125rem] font-normal">
                {name}
              </th>
              <td>{dtype}</td>
              <td className="font-mono text-[0.8125rem] whitespace-nowrap">[{shape.join(", ")}]</td>
              <td>
                {role === null ? <span className="text-ink-2">not used</span> : <code>{role}</code>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
