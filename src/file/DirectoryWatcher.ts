// SPDX-License-Identifier: Apache-2.0
import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Component, component, type Main, settled, sleep } from "../axon/index.ts";
import { isSystemError, minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";

/** How to watch a directory. */
export interface DirectoryWatcherOptions {
  /** Milliseconds for which neither size nor time of change of a file may change before the file counts as settled. Default 2000. */
  readonly settle?: number;
  /** Milliseconds between two looks at the directory. Default 500. */
  readonly every?: number;
  /** Whether files that are there at the start are sent, too. Default true. */
  readonly existing?: boolean;
}

/** How many files are looked at at a time. */
const AT_A_TIME = 32;

/**
 * Sends the name of each file of a directory that has settled: nobody has written to it for some time. A file that changes afterwards is sent again when
 * it has settled again. Files that vanish are sent from "removed", if they were sent before. Only ordinary files count, and no directories within.
 *
 * It looks again and again, at all the files, because not every file system tells of changes; where there are very many, look less often.
 *
 * When the directory vanishes, or cannot be read, that is a {@link FileError} on "error", after which the watcher ends; if "error" is not linked, the watcher
 * fails with it.
 *
 * @throws RangeError for times that are not 0 or more (`settle`) or above 0 (`every`)
 * @example
 * // until it is stopped
 * await Pipeline(DirectoryWatcher("incoming"), TriggeredFileReader(), ConsoleEchoer()).run();
 */
export function DirectoryWatcher(
  directory: string,
  { settle = 2000, every = 500, existing = true }: DirectoryWatcherOptions = {},
): Component<{}, { outbox: string; removed: string; error: FileError }> {
  if (!(settle >= 0 && every > 0))
    throw new RangeError(
      `Cannot watch ${directory} every ${every} ms for files that settle in ${settle} ms: give more than 0 and 0 or more`,
    );
  return component(DirectoryWatcher, {
    outboxes: { outbox: "files that have settled", removed: "files that have vanished", error: "why it cannot be watched" },
    *main(_, { outbox, removed, error }, self) {
      const known = new Map<string, Sighting>();
      yield* minding(self, error, ["watch", directory], watch());

      function* watch(): Main {
        for (let isFirst = true; ; isFirst = false) {
          const files = yield* settled(look(directory));
          const now = self.system.clock.now();
          for (const name of vanished(known, files)) {
            removed.send(join(directory, name));
            if (removed.full && !(yield)) return;
          }
          for (const name of settledFiles(known, files, now, settle, isFirst && !existing)) {
            outbox.send(join(directory, name));
            if (outbox.full && !(yield)) return;
          }
          if (!(yield sleep(every))) return;
        }
      }
    },
  });
}

/** What was seen of a file. */
interface Sighting {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  /** When it was first seen as it is. */
  readonly since: number;
  isSent: boolean;
  /** Whether its name has ever been sent. */
  isKnown: boolean;
}

/** The ordinary files of a directory, by name. */
async function look(directory: string): Promise<Map<string, Stats>> {
  const entries = await readdir(directory, { withFileTypes: true });
  const others = entries.filter((entry) => !entry.isDirectory());
  const found = new Map<string, Stats>();
  for (let i = 0; i < others.length; i += AT_A_TIME) {
    await Promise.all(
      others.slice(i, i + AT_A_TIME).map(async (entry) => {
        const stats = await lookAt(join(directory, entry.name), entry.isSymbolicLink());
        if (stats?.isFile() === true) found.set(entry.name, stats);
      }),
    );
  }
  if (others.length > 0 && found.size === 0) await readdir(directory); // has it vanished meanwhile?
  return found;
}

/** A file may vanish between two looks, and a link may lead nowhere, or where one may not go. */
async function lookAt(path: string, isLink: boolean): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && (isLink || error.code === "ENOENT")) return undefined;
    throw error;
  }
}

/** Forgets what is no longer there; gives what had been sent of it. */
function vanished(known: Map<string, Sighting>, files: ReadonlyMap<string, Stats>): string[] {
  const gone: string[] = [];
  for (const [name, { isKnown }] of known) {
    if (files.has(name)) continue;
    known.delete(name);
    if (isKnown) gone.push(name);
  }
  return gone.sort();
}

/** Notes what has changed; gives the files that have settled now. */
function settledFiles(
  known: Map<string, Sighting>,
  files: ReadonlyMap<string, Stats>,
  now: number,
  settle: number,
  areOld: boolean,
): string[] {
  const ready: string[] = [];
  for (const [name, { size, mtimeMs, ino }] of files) {
    let seen = known.get(name);
    if (seen === undefined || seen.size !== size || seen.mtimeMs !== mtimeMs || seen.ino !== ino) {
      seen = { size, mtimeMs, ino, since: now, isSent: areOld, isKnown: seen?.isKnown === true };
      known.set(name, seen);
    }
    if (seen.isSent || now - seen.since < settle) continue;
    seen.isSent = true;
    seen.isKnown = true;
    ready.push(name);
  }
  return ready.sort();
}
