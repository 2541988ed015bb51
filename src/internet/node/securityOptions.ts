// SPDX-License-Identifier: Apache-2.0
// What TLS can be told. What OpenSSL would overlook, and what would break each handshake, is refused before there is one.
import { X509Certificate } from "node:crypto";
import type { Identity, PEM, Security, SecurityOptions } from "../../axon/index.ts";
import { errorOf, inWords } from "./explained.ts";

const VERSIONS = ["TLSv1.2", "TLSv1.3"];
const CERTIFICATE = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^]*?-----END \1-----/g;
const KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/**
 * Looks at what needs no OpenSSL.
 *
 * @throws RangeError for a value that there cannot be
 * @throws TypeError when a certificate or its key is missing
 */
export function checkSides(how: Security): void {
  checkVersion(how);
  for (const name of how.alpn ?? []) {
    const { length } = Buffer.from(name);
    if (length < 1 || length > 255)
      throw new RangeError(`Cannot speak TLS: the ALPN protocol ${JSON.stringify(name.slice(0, 20))} has ${length} bytes; it has 1 to 255`);
  }
  checkPair(how, "");
  if (how.side === "client") return;
  const { names = {}, clientCertificates, cert, ca } = how;
  for (const [name, identity] of Object.entries(names)) {
    checkPair(identity, ` for ${name}`);
    if (identity.cert === undefined) throw new TypeError(`Cannot speak TLS: there is no certificate for ${name}; give cert and key`);
  }
  if (cert === undefined && Object.keys(names).length === 0)
    throw new TypeError("Cannot speak TLS: a server must show a certificate; give cert and key");
  if (clientCertificates !== undefined && !["require", "ask"].includes(clientCertificates))
    throw new RangeError(`Cannot speak TLS: clientCertificates is "${clientCertificates}"; it is "require" or "ask", or left out`);
  if (clientCertificates !== undefined && ca === undefined)
    throw new TypeError("Cannot speak TLS: clients have to show certificates, of any public authority; say with ca whose you trust");
}

/** @throws RangeError for a version that we do not speak */
export function checkVersion({ minVersion }: SecurityOptions): void {
  if (minVersion === undefined || VERSIONS.includes(minVersion)) return;
  throw new RangeError(
    `Cannot speak TLS: minVersion is "${minVersion}"; it is ${VERSIONS.map((name) => `"${name}"`).join(" or ")}, for what is older is not safe`,
  );
}

/** @throws Error for what is no PEM: OpenSSL would overlook authorities that it cannot read */
export function checkPapers({ cert, key }: Identity, { ca }: SecurityOptions): void {
  if (ca !== undefined) checkCertificates("ca", ca);
  if (cert !== undefined) checkCertificates("cert", cert);
  for (const piece of key === undefined ? [] : piecesOf(key)) {
    if (!KEY.test(piece)) throw new Error(`Cannot speak TLS: key has no private key in it, as PEM; ${CONTENTS}`);
  }
}

function checkPair({ cert, key }: Identity, whose: string): void {
  if ((cert === undefined) === (key === undefined)) return;
  const [there, missing] = cert === undefined ? ["key", "certificate"] : ["certificate", "key"];
  throw new TypeError(`Cannot speak TLS: there is a ${there}${whose}, but no ${missing}; give both cert and key`);
}

function checkCertificates(name: "ca" | "cert", pem: PEM): void {
  const found = piecesOf(pem).map((piece) => piece.match(CERTIFICATE) ?? []);
  if (found.length === 0 || found.some(({ length }) => length === 0))
    throw new Error(`Cannot speak TLS: ${name} has no certificate in it, as PEM; ${CONTENTS}`);
  for (const certificate of found.flat()) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw new Error(`Cannot speak TLS: a certificate in ${name} cannot be read: ${inWords(errorOf(error))}; ${CONTENTS}`, {
        cause: error,
      });
    }
  }
}

function piecesOf(pem: PEM): readonly string[] {
  const pieces = typeof pem === "string" || pem instanceof Uint8Array ? [pem] : pem;
  return pieces.map((piece) => (typeof piece === "string" ? piece : Buffer.from(piece).toString("latin1")));
}

const CONTENTS = "give what is in the file, not its name";
