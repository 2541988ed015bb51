// SPDX-License-Identifier: Apache-2.0
import type { AddressInfo, Socket } from "node:net";
import type { Endpoint, Place } from "../../axon/index.ts";

export { isIP, isIPv4, isIPv6 } from "node:net";

/** Where somebody is who is not known yet, or not any more. */
export const NOWHERE: Endpoint = { address: "", port: 0 };

/** What the codes of the operating system and of OpenSSL mean, and what to do about it. */
const MEANINGS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use (EADDRINUSE); stop the other program or choose another port",
  EACCES: "this port or address needs more rights (EACCES); ports above 1023 do not, and broadcasts must be asked for",
  EADDRNOTAVAIL: "this machine has no such address (EADDRNOTAVAIL)",
  ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
  ECONNRESET: "the other side cut the connection (ECONNRESET)",
  EHOSTUNREACH: "there is no way to that host (EHOSTUNREACH)",
  EMFILE: "this process has too many open files (EMFILE); close some, or raise the limit (ulimit -n)",
  EMSGSIZE: "a datagram cannot be that large (EMSGSIZE); 65,507 bytes is the most over IPv4",
  ENETUNREACH: "there is no way to that network (ENETUNREACH)",
  ENODEV: "this machine has no such interface (ENODEV)",
  ENOENT: "there is no such file (ENOENT)",
  ENOTFOUND: "there is no such host (ENOTFOUND)",
  EAI_AGAIN: "the name servers do not answer (EAI_AGAIN)",
  EPIPE: "the other side has closed the connection (EPIPE)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
  CERT_HAS_EXPIRED: "the certificate has expired (CERT_HAS_EXPIRED)",
  CERT_NOT_YET_VALID: "the certificate is not valid yet (CERT_NOT_YET_VALID)",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT); to trust it, give it as `ca`",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the certificate is signed by an authority that is not trusted (SELF_SIGNED_CERT_IN_CHAIN); to trust it, give it as `ca`",
  UNABLE_TO_GET_ISSUER_CERT: "the certificate is signed by an authority that is not known (UNABLE_TO_GET_ISSUER_CERT)",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the certificate is signed by an authority that is not known (UNABLE_TO_GET_ISSUER_CERT_LOCALLY); to trust it, give it as `ca`",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the certificate is signed by an authority that is not known (UNABLE_TO_VERIFY_LEAF_SIGNATURE); to trust it, give it as `ca`",
  ERR_SSL_WRONG_VERSION_NUMBER: "the other side does not speak TLS, or no version of it that we do (ERR_SSL_WRONG_VERSION_NUMBER)",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "the other side does not speak TLS (ERR_SSL_PACKET_LENGTH_TOO_LONG)",
  ERR_SSL_HTTP_REQUEST: "the other side speaks HTTP, not TLS (ERR_SSL_HTTP_REQUEST)",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "the other side speaks no version of TLS that we do (ERR_SSL_UNSUPPORTED_PROTOCOL)",
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "the client showed no certificate (ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE)",
  ERR_SSL_NO_APPLICATION_PROTOCOL: "the two sides have no protocol in common (ERR_SSL_NO_APPLICATION_PROTOCOL)",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "the other side does not know the authority that signed our certificate (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)",
};

/** What could not be done, and why, in words. */
export function explained(purpose: string, cause: Error): Error {
  return new Error(`Cannot ${purpose}: ${inWords(cause)}`, { cause });
}

/** What an error says, in one line. Those of OpenSSL have a reason, and a message that is meant for its makers. */
export function inWords(error: Error): string {
  const code = codeOf(error);
  const meaning = MEANINGS[code];
  if (meaning !== undefined) return meaning;
  if ("library" in error && "reason" in error && typeof error.reason === "string") return `${error.reason} (${code})`;
  return error.message.replace(/\s+/g, " ").trim();
}

/** What was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** What the option of node:net means to be: it counts whole seconds, and takes 0 of them for "as the system likes", which is two hours. */
export function wholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) * 1000;
}

export function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** A place, to be read. */
export function nameOf(place: Place): string {
  if (place.path !== undefined) return place.path;
  return hostAndPort(place.host, place.port);
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An IPv4 peer of a socket for both kinds has the address that everybody knows it by. */
export function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

export function localOf({ localAddress, localPort }: Socket): Endpoint {
  return { address: plain(localAddress ?? ""), port: localPort ?? 0 };
}

export function remoteOf({ remoteAddress, remotePort }: Socket): Endpoint {
  return { address: plain(remoteAddress ?? ""), port: remotePort ?? 0 };
}

/** What `address()` of a server says. */
export function endpointOf(at: AddressInfo | string | null): Endpoint {
  if (at === null) return NOWHERE;
  return typeof at === "string" ? { address: at, port: 0 } : { address: at.address, port: at.port };
}
