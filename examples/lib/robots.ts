// SPDX-License-Identifier: Apache-2.0

/** What a site wants spiders to do, RFC 9309. */
export interface Robots {
  /** Whether this path may be asked for. */
  readonly allows: (path: string) => boolean;
  /** Milliseconds to wait between two requests, if the site says so. */
  readonly delay: number | undefined;
}

interface Rule {
  readonly allows: boolean;
  /** How long its path is: the longest one that matches counts. */
  readonly length: number;
  readonly pattern: RegExp;
}

/** Reads what a robots.txt says to a spider of this name, or, if it does not speak of it, to all. */
export function readRobots(text: string, name: string): Robots {
  const groups: { readonly names: string[]; readonly rules: Rule[]; delay?: number }[] = [];
  let isNaming = false;
  for (const line of text.slice(0, 500_000).split(/\r\n|\r|\n/)) {
    const [, key = "", value = ""] = /^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    const isName = key.toLowerCase() === "user-agent";
    if (isName && !isNaming) groups.push({ names: [], rules: [] });
    if (key !== "") isNaming = isName;
    const group = groups.at(-1);
    if (isName) group?.names.push(value.toLowerCase());
    else if (/^(?:dis)?allow$/i.test(key) && value !== "") group?.rules.push(ruleOf(value, key.length === 5));
    else if (/^crawl-delay$/i.test(key) && group !== undefined && Number(value) >= 0) group.delay = Number(value) * 1000;
  }
  const named = groups.filter(({ names }) => names.some((one) => one !== "*" && name.toLowerCase().includes(one)));
  const mine = named.length > 0 ? named : groups.filter(({ names }) => names.includes("*"));
  const rules = mine.flatMap((group) => group.rules).toSorted((a, b) => b.length - a.length || Number(b.allows) - Number(a.allows));
  return {
    allows: (path) => rules.find(({ pattern }) => pattern.test(path))?.allows ?? true,
    delay: mine.find(({ delay }) => delay !== undefined)?.delay,
  };
}

/** `*` stands for anything, `$` at the end for the end. */
function ruleOf(path: string, allows: boolean): Rule {
  const parts = path
    .replace(/\$$/, "")
    .split(/\*+/)
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return { allows, length: path.length, pattern: new RegExp(`^${parts.join(".*?")}${path.endsWith("$") ? "$" : ""}`) };
}
