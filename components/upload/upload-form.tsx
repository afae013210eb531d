"use client";

import { FolderUp, Upload, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { formatBytes, formatDuration, formatPercent } from "@/lib/format.ts";
import type { Visibility } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";
import { VisibilityChoice } from "../ui/visibility-choice.tsx";
import { droppedFiles, pickedFiles } from "./dropped-files.ts";
import { type Package, type PathedFile, pickUpload } from "./pick-upload.ts";
import { type Sending, send } from "./send.ts";

type State =
  | { kind: "idle" }
  | { kind: "busy"; what: Package; progress: Sending; started: number }
  | { kind: "failed"; message: string };

/**
 * Takes a bundle or foreign files by drop, as files or as a folder, sends them, and goes to their job. Who shall see what
 * comes of it is asked where there are others to see it.
 */
export function UploadForm({ others }: { others: boolean }) {
  const router = useRouter();
  const [state, setState] = useState<State>({ kind: "idle" });
  const [over, setOver] = useState(false);
  const [visibility, setVisibility] = useState<Visibility>();
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start(files: PathedFile[] | Promise<PathedFile[]>) {
    const controller = new AbortController();
    running.current = controller;
    try {
      const what = pickUpload(await files);
      let started = performance.now();
      let stage: Sending["stage"] = "hashing";
      const onProgress = (progress: Sending) => {
        if (progress.stage !== stage) started = performance.now();
        stage = progress.stage;
        setState({ kind: "busy", what, progress, started });
      };
      onProgress({ stage, done: 0, total: what.blob.size });
      router.push(await send(what, visibility, { signal: controller.signal, onProgress }));
    } catch (error) {
      if (controller.signal.aborted) setState({ kind: "idle" });
      else
        setState({
          kind: "failed",
          message: error instanceof Error ? error.message : String(error),
        });
    }
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void start(droppedFiles(event.dataTransfer));
  }

  if (state.kind === "busy") {
    return <Busy {...state} cancel={() => running.current?.abort()} />;
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pickers inside do the same by keyboard */}
      <div
        onDrop={drop}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        className={`rounded-md border border-dashed px-6 py-14 text-center ${over ? "border-accent bg-sunken" : "border-line-strong bg-surface"}`}
      >
        <p className="font-serif text-2xl tracking-tight">Drop a dictionary here</p>
        <p className="mt-1 text-ink-2">
          a bundle, or one of another format: its folder, an archive, or its files
        </p>
        <div className="mt-6 flex flex-wrap justify-center gap-2">
          <Picker text="Choose files" folder={false} onPick={start} />
          <Picker text="Choose a folder" folder onPick={start} />
        </div>
      </div>
      {others && (
        <Field label="Who may see it, if its name is new" className="mt-4 block">
          <VisibilityChoice
            value={visibility ?? "public"}
            onChange={({ target }) => setVisibility(target.value as Visibility)}
          />
        </Field>
      )}
      {state.kind === "failed" && (
        <p role="alert" className="mt-4 rounded-md border border-danger px-4 py-3 text-danger">
          {state.message}
        </p>
      )}
    </>
  );
}

type PickerProps = { text: string; folder: boolean; onPick: (files: PathedFile[]) => void };

function Picker({ text, folder, onPick }: PickerProps) {
  const Icon = folder ? FolderUp : Upload;
  return (
    <label className="button has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <Icon aria-hidden="true" size={14} /> {text}
      <input
        type="file"
        className="sr-only"
        multiple
        {...(folder && { webkitdirectory: "" })}
        onChange={(event) => {
          if (event.target.files?.length) onPick(pickedFiles(event.target));
          event.target.value = ""; // so that the same file can be picked again
        }}
      />
    </label>
  );
}

type BusyProps = Extract<State, { kind: "busy" }> & { cancel: () => void };

function Busy({ what, progress, started, cancel }: BusyProps) {
  const { stage, done, total } = progress;
  const seconds = (performance.now() - started) / 1000;
  const rate = done / Math.max(seconds, 0.001);
  const share = total > 0 ? done / total : 0;
  return (
    <div className="panel p-6">
      <div className="flex items-baseline justify-between gap-4">
        <p className="min-w-0 truncate font-mono">{what.filename}</p>
        <button type="button" className="button" onClick={cancel}>
          <X aria-hidden="true" size={14} /> Cancel
        </button>
      </div>
      <p role="status" className="mt-1 text-ink-2">
        {stage === "hashing" ? "Computing its sha256" : "Sending"}
      </p>
      <progress
        value={share}
        aria-label={stage === "hashing" ? "hashed" : "sent"}
        className="progress mt-4"
      />
      <p className="mt-2 flex flex-wrap justify-between gap-x-4 font-mono text-xs text-ink-2 tabular-nums">
        <span>
          {formatBytes(done)} of {formatBytes(total)} ({formatPercent(share)})
        </span>
        {seconds > 1 && done > 0 && (
          <span>
            {formatBytes(rate)}/s, {formatDuration((total - done) / rate)} left
          </span>
        )}
      </p>
    </div>
  );
}
