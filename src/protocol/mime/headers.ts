// SPDX-License-Identifier: Apache-2.0
import { MIMEError } from "./faults.ts";

/** Lines of a header, by name in lower case: the name as it was written, and the value, unfolded. Values of the same name are joined by ", ", as the original did. */
export type MIMEHeader = Readonly<Record<string, readonly [name: string, value: string]>>;

/** How large a message may be. */
export interface MIMELimits {
  /** Bytes of a header at most. Default 65536. */
  readonly maxHeader?: number;
  /** Lines of a header at most. Default 1000. */
  readonly maxFields?: number;
}

/**
 * Reads the lines of a header: RFC 5322, section 2.2. A line that begins with white space goes on with the one before it (section 2.2.3).
 *
 * @throws MIMEError for lines that are no "Name: value", and for more than there may be
 */
export function readHeader(text: string, { maxHeader = 65_536, maxFields = 1000 }: MIMELimits = {}): MIMEHeader {
  if (text.length > maxHeader) throw new MIMEError(`its header has more than ${maxHeader} bytes`);
  const header: Record<string, readonly [string, string]> = Object.create(null) as Record<string, readonly [string, string]>;
  const lines = text.replace(/\r\n?$|\n$/, "").split(/\r?\n/);
  const unfolded: string[] = [];
  for (const line of lines) {
    const last = unfolded.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) unfolded[last] += line;
    else if (line !== "") unfolded.push(line);
  }
  if (unfolded.length > maxFields) throw new MIMEError(`its header has more than ${maxFields} lines`);
  for (const line of unfolded) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    if (colon < 1 || !/^[!-9;-~]+$/.test(name)) throw new MIMEError(`"${shortened(line)}" is no "Name: value"`);
    const value = line.slice(colon + 1).trim();
    const key = name.toLowerCase();
    const before = header[key];
    header[key] = before === undefined ? [name, value] : [before[0], `${before[1]}, ${value}`];
  }
  return header;
}

/** The value of a line, if there is one. */
export function valueOf(header: MIMEHeader, name: string): string | undefined {
  return header[name.toLowerCase()]?.[1];
}

/** The beginning of what would be too long for a message. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
