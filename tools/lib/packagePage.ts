// SPDX-License-Identifier: Apache-2.0

/** Code is left as it is. */
const CODE = /^```[\s\S]*?^```$/m;
const REPOSITORY = /<!-- repository -->\n[\s\S]*?<!-- \/repository -->\n*/g;
const PICTURE = /^!\[[^\]]*\]\((\S+)\)\n*/gm;
const LINK = /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g;

/**
 * A page of the repository as it is in the package: without what stands between `<!-- repository -->` and `<!-- /repository -->`, and without pictures, and links to files,
 * that the package does not have.
 */
export function packagePage(page: string, has: (path: string) => boolean): string {
  const stays = (target: string): boolean => /^[\w+.-]+:|^#/.test(target) || has(target);
  const text = page.replaceAll(REPOSITORY, "");
  const code = text.match(new RegExp(CODE, "gm")) ?? [];
  return text
    .split(new RegExp(CODE, "gm"))
    .map((part) =>
      part
        .replaceAll(PICTURE, (all, target: string) => (stays(target) ? all : ""))
        .replaceAll(LINK, (all, words: string, target: string) => (stays(target) ? all : words)),
    )
    .flatMap((part, i) => [part, code[i] ?? ""])
    .join("");
}
