// SPDX-License-Identifier: Apache-2.0

/** How often a path is decoded: some servers do it more than once. */
const ROUNDS = 4;
/** "." , "/", "\", ";", "%" and what ends a name, in the encodings that some server takes: RFC 3986, too long UTF-8, and that of old Windows. */
const ENCODED: readonly (readonly [pattern: RegExp, char: string])[] = [
  [/%2e|%c0%ae|%c0%2e|%e0%80%ae|%f0%80%80%ae|%u002e|%uff0e|%ef%bc%8e/gi, "."],
  [/%2f|%c0%af|%c0%2f|%e0%80%af|%f0%80%80%af|%u002f|%u2215|%ef%bc%8f/gi, "/"],
  [/%5c|%c1%9c|%c0%5c|%u005c|%u2216|\\/gi, "/"],
  [/%3b/gi, ";"],
  [/%0\d|%1[\da-f]|%20/gi, " "],
  [/%23|#/g, ";"],
  [/%3f/gi, ";"],
  [/%25/g, "%"],
];

/** Whether a path may lead some server above where it begins, however that is written: it has a part `..`. @internal */
export function climbs(path: string): boolean {
  let text = path;
  for (let round = 0; round < ROUNDS; round++) {
    if (/(?:^|\/)\.\. *(?:;[^/]*)?(?:\/|$)/.test(text)) return true;
    const before = text;
    for (const [pattern, char] of ENCODED) text = text.replaceAll(pattern, char);
    if (text === before) return false;
  }
  return text.includes("%"); // decoded so often that it must be meant to deceive
}
