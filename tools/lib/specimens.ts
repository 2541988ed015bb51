// SPDX-License-Identifier: Apache-2.0
// Finds what the entry points export, and the specimens of it: the tables in *.specimens.ts beside each entry point.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Specimen, Specimens } from "../../src/testing/index.ts";

/** An exported function or class that makes a component, or should say why it does not. */
export interface Exported {
  /** `kamaelia/util` */
  readonly entry: string;
  readonly name: string;
  readonly value: Function;
  /** None: it is missing. A text: what it is instead of a component. */
  readonly specimens: readonly Specimen[] | string | undefined;
}

interface Found {
  readonly exported: readonly Exported[];
  /** Specimens of what is not exported: `src/util/Choser` */
  readonly strangers: readonly string[];
  /** Files that cannot be loaded, and why. */
  readonly broken: readonly string[];
}

/** Looks at all entry points of a package.json that are TypeScript. */
export async function findSpecimens(root: string = "."): Promise<Found> {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly exports: Record<string, unknown> };
  const all = new Map<Function, Exported>();
  const strangers: string[] = [];
  const broken: string[] = [];
  const load = async (file: string): Promise<object> => {
    try {
      return (await import(pathToFileURL(resolve(file)).href)) as object;
    } catch (error) {
      broken.push(`${file}: ${String(error)}`);
      return {};
    }
  };
  const tableOf = async (folder: string): Promise<Specimens> => {
    const table: Record<string, Specimens[string]> = {};
    for (const file of globSync(join(folder, "*.specimens.ts")).toSorted())
      Object.assign(table, ((await load(file)) as { readonly specimens?: Specimens }).specimens);
    return table;
  };
  for (const [name, target] of Object.entries(exports).toSorted(([a], [b]) => b.length - a.length)) {
    if (typeof target !== "string") continue;
    const folder = dirname(target);
    const table = await tableOf(join(root, folder));
    const module = (await load(join(root, target))) as Record<string, unknown>;
    for (const known of Object.keys(table)) if (!(known in module)) strangers.push(join(folder, known));
    for (const [name_, value] of Object.entries(module)) {
      if (!isMaker(name_, value) || all.get(value)?.specimens !== undefined) continue;
      const specimens = table[name_];
      const list = specimens !== undefined && typeof specimens === "object" && !Array.isArray(specimens) ? [specimens] : specimens;
      all.set(value, { entry: join("kamaelia", name), name: name_, value, specimens: list as Exported["specimens"] });
    }
  }
  return { exported: [...all.values()], strangers, broken };
}

/** Components are made by what has a name in PascalCase, or, in the original's way, in snake_case. */
function isMaker(name: string, value: unknown): value is Function {
  return typeof value === "function" && /^[A-Z]|_/.test(name) && !(value.prototype instanceof Error);
}
