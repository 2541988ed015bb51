// SPDX-License-Identifier: Apache-2.0
// Certificates for tests: made afresh, so that none expires.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Somebody's certificate and key. @internal */
export interface Papers {
  readonly cert: string;
  readonly key: string;
  /** Their files. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority, and certificates: its own, and one that signed itself. @internal */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  readonly caFile: string;
  /** For localhost and 127.0.0.1. */
  readonly server: Papers;
  /** For *.example.org. */
  readonly other: Papers;
  readonly client: Papers;
  readonly expired: Papers;
  readonly selfSigned: Papers;
}

/** Makes them, with openssl. `after` takes what removes them. @internal */
export function certificates(after: (remove: () => void) => void): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-tls-"));
  after(() => rmSync(folder, { recursive: true }));
  const openssl = (...words: string[]): void => void execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const papers = (name: string): Papers => {
    const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
    return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8"), certFile, keyFile };
  };
  const selfSigned = (name: string): Papers => {
    openssl("req", "-x509", ...key, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`, "-days", "2");
    return papers(name);
  };
  const signed = (name: string, altNames: string, ...dates: string[]): Papers => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${altNames}\n`);
    openssl("req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...by, ...dates);
    return papers(name);
  };
  const { cert: ca, certFile: caFile } = selfSigned("authority");
  return {
    folder,
    ca,
    caFile,
    server: signed("server", "DNS:localhost,IP:127.0.0.1", "-days", "2"),
    other: signed("other", "DNS:*.example.org", "-days", "2"),
    client: signed("client", "DNS:client", "-days", "2"),
    expired: signed("expired", "DNS:localhost", "-days", "-1"),
    selfSigned: selfSigned("stranger"),
  };
}
