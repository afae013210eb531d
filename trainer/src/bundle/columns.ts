import type { SchemaElement } from "hyparquet";
import type { z } from "zod";

/** A column of a Parquet table, as its row's zod schema declares it. */
export type Column = {
  name: string;
  type: "INT32" | "FLOAT";
  list: boolean;
  nullable: boolean;
};

/** The columns that a row's schema asks for, in its order. */
export function columnsOf(record: z.ZodObject): Column[] {
  return Object.entries(record.shape).map(([name, schema]) => {
    const column = { name, list: false, nullable: false };
    let type = schema as z.ZodType;
    if (isKind(type, "nullable")) {
      column.nullable = true;
      type = (type as z.ZodNullable<z.ZodType>).unwrap();
    } else if (isKind(type, "array")) {
      column.list = true;
      type = (type as z.ZodArray<z.ZodType>).element;
    }
    const format = isKind(type, "number") ? (type as z.ZodNumber).format : null;
    if (format === "int32") return { ...column, type: "INT32" };
    if (format === "float32") return { ...column, type: "FLOAT" };
    throw new Error(`no Parquet column for ${name}: expected int32, float32, or a list of them`);
  });
}

function isKind(schema: z.ZodType, kind: string): boolean {
  return schema.def.type === kind;
}

/** The columns as a Parquet schema. */
export function parquetSchema(columns: Column[]): SchemaElement[] {
  return [{ name: "schema", num_children: columns.length }, ...columns.flatMap(columnElements)];
}

/** A column's elements in a Parquet schema; a list takes three, named as the standard asks. */
export function columnElements({ name, type, list, nullable }: Column): SchemaElement[] {
  return list
    ? [
        { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "REQUIRED", type },
      ]
    : [{ name, repetition_type: nullable ? "OPTIONAL" : "REQUIRED", type }];
}
