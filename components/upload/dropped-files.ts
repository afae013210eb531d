import type { PathedFile } from "./pick-upload.ts";

/** Everything that was dropped, folders and what is in them included. */
export async function droppedFiles(transfer: DataTransfer): Promise<PathedFile[]> {
  // all of it must be asked for before the first await: the transfer is emptied after the event
  const found = [...transfer.items].map(async (item) => {
    const entry = item.webkitGetAsEntry();
    if (entry) return filesOf(entry);
    const blob = item.getAsFile(); // what another program hands over may have no place on a disk
    return blob ? [{ path: blob.name, blob }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** What an <input type=file> holds, with paths when it picked a folder. */
export function pickedFiles(input: HTMLInputElement): PathedFile[] {
  return [...(input.files ?? [])].map((file) => ({
    path: file.webkitRelativePath || file.name,
    blob: file,
  }));
}

async function filesOf(entry: FileSystemEntry): Promise<PathedFile[]> {
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path: entry.fullPath.slice(1), blob }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break; // a reader hands out a hundred at a time
    children.push(...some);
  }
  return (await Promise.all(children.map(filesOf))).flat();
}
