// SPDX-License-Identifier: Apache-2.0

/** Rows as CSV (RFC 4180). What is no number, text or truth value is written as JSON; undefined and NaN leave their place empty. */
export function toCSV(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: unknown): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
