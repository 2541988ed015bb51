// SPDX-License-Identifier: Apache-2.0

/** Something is not as MIME says. */
export class MIMEError extends SyntaxError {
  override readonly name = "MIMEError";

  constructor(fault: string) {
    super(`Cannot read a MIME message: ${fault}`);
  }
}
