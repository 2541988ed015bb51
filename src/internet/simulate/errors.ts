// SPDX-License-Identifier: Apache-2.0

/** What goes wrong on a simulated network, in the words of the real one. */
const MEANINGS = {
  EADDRINUSE: "the port is in use (EADDRINUSE); stop the other program or choose another port",
  EADDRNOTAVAIL: "this machine has no such address (EADDRNOTAVAIL)",
  ERR_SOCKET_BAD_PORT: "a port is a whole number from 1 to 65,535 (ERR_SOCKET_BAD_PORT)",
  EACCES: "broadcasts must be asked for (EACCES); give the option broadcast",
  ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
  ECONNRESET: "the other side cut the connection (ECONNRESET)",
  EDESTADDRREQ: "it is not said to whom (EDESTADDRREQ)",
  EHOSTUNREACH: "there is no way to it (EHOSTUNREACH)",
  EINVAL: "that is no group, or it was not joined (EINVAL)",
  EMSGSIZE: "it is too large (EMSGSIZE)",
  ENOTFOUND: "there is no such host (ENOTFOUND)",
  ENOTSUP: "a simulated network has none (ENOTSUP)",
  EPIPE: "the other side has closed the connection (EPIPE)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
} as const;

/** @internal */
export type Code = keyof typeof MEANINGS;

/** An error as the real network would give it: what could not be done, and why; its cause has the operating system's code. @internal */
export function failure(what: string, code: Code): Error {
  return new Error(`Cannot ${what}: ${MEANINGS[code]}`, { cause: Object.assign(new Error(code), { code }) });
}
