// SPDX-License-Identifier: Apache-2.0
// TLS over sockets of Node.js.
import { isIP, type Socket } from "node:net";
import { connect, createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import type { Identity, PEM, Secured, Security, SecurityOptions, ServerSecurity } from "../../axon/index.ts";
import { errorOf, inWords } from "./explained.ts";
import { OverTLS } from "./overTLS.ts";
import { checkPapers, checkSides, checkVersion } from "./securityOptions.ts";

/** Contexts are costly to make, and the same options come again and again. One is of an identity and of the options it is used with: two servers may share one. */
const contexts = new WeakMap<object, WeakMap<object, SecureContext>>();
/** What has neither a certificate nor authorities of its own shares one. */
const PLAIN = { "TLSv1.2": {}, "TLSv1.3": {} };

/**
 * Begins TLS on an open socket.
 *
 * @param host whom it is connected to
 * @throws Error for a certificate or a key that cannot be read
 */
export function secured(socket: Socket, how: Security, host: string, tell: (what: Secured) => void): TLSSocket {
  const over = how.side === "client" ? asClient(socket, how, host) : asServer(socket, how);
  over.once(how.side === "client" ? "secureConnect" : "secure", () => {
    const refusal = how.side === "server" ? refusalOf(over, how) : undefined;
    if (refusal === undefined) tell(described(over));
    else over.destroy(refusal);
  });
  return over;
}

/**
 * @throws RangeError for a version, a protocol or a way to ask for certificates that there cannot be
 * @throws TypeError for a server without a certificate, and for a certificate or a key without the other
 * @throws Error for a certificate or a key that cannot be read
 */
export function checkSecurity(how: Security): void {
  checkSides(how);
  contextOf(how);
  if (how.side === "server") for (const identity of Object.values(how.names ?? {})) contextOf(identity, how);
}

function asClient(socket: Socket, how: Security & { side: "client" }, host: string): TLSSocket {
  const { serverName = host, verify = true, alpn } = how;
  return connect({
    socket: socket instanceof TLSSocket ? new OverTLS(socket) : socket,
    secureContext: contextOf(how),
    host: serverName,
    ...(isIP(serverName) === 0 && serverName !== "" ? { servername: serverName } : {}),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    rejectUnauthorized: verify,
  });
}

function asServer(socket: Socket, how: Security & { side: "server" }): TLSSocket {
  const { names, clientCertificates, alpn } = how;
  const over = new TLSSocket(socket instanceof TLSSocket ? new OverTLS(socket) : socket, {
    isServer: true,
    secureContext: contextOf(how),
    requestCert: clientCertificates !== undefined,
    rejectUnauthorized: false, // we look ourselves, see refusalOf
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    ...(names === undefined ? {} : { SNICallback: (name, answer) => answer(null, contextFor(name, names, how)) }),
  });
  over.on("_tlsError", (error: Error) => over.destroy(error)); // a failed handshake of a server is told so
  return over;
}

/** The certificate for the name that a client asked for. Capitals make no difference (RFC 6066, section 3). */
function contextFor(asked: string, names: Readonly<Record<string, Identity>>, how: ServerSecurity): SecureContext {
  const name = asked.toLowerCase();
  const wanted = [name, name.replace(/^[^.]+/, "*")];
  const known = Object.entries(names).map(([key, identity]) => [key.toLowerCase(), identity] as const);
  const [, identity] = known.find(([key]) => key === wanted[0]) ?? known.find(([key]) => key === wanted[1]) ?? [];
  return identity === undefined ? contextOf(how) : contextOf(identity, how);
}

function contextOf(identity: Identity, how: SecurityOptions = identity): SecureContext {
  const { cert, key, passphrase } = identity;
  const { ca, minVersion = "TLSv1.2" } = how;
  checkVersion(how);
  const isPlain = cert === undefined && key === undefined && ca === undefined;
  const [user, owner] = isPlain ? [PLAIN, PLAIN[minVersion]] : [how, identity];
  let those = contexts.get(user);
  if (those === undefined) contexts.set(user, (those = new WeakMap()));
  let context = those.get(owner);
  if (context === undefined) {
    checkPapers(identity, how);
    const options: SecureContextOptions = { minVersion, sessionIdContext: "kamaelia" };
    if (ca !== undefined) options.ca = material(ca);
    if (cert !== undefined) options.cert = material(cert);
    if (key !== undefined) options.key = material(key);
    if (passphrase !== undefined) options.passphrase = passphrase;
    context = made(options);
    those.set(owner, context);
  }
  return context;
}

/** @throws Error in words */
function made(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new Error(
      `Cannot speak TLS: ${inWords(errorOf(error))}; give certificates and keys as PEM, and the passphrase of a key that has one`,
      {
        cause: error,
      },
    );
  }
}

function material(pem: PEM): (string | Buffer)[] {
  const pieces = typeof pem === "string" || pem instanceof Uint8Array ? [pem] : pem;
  return pieces.map((piece) => (typeof piece === "string" ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)));
}

/** Why a client is not let in, if it is not. */
function refusalOf(over: TLSSocket, { clientCertificates }: ServerSecurity): Error | undefined {
  if (clientCertificates !== "require") return undefined;
  if (Object.keys(over.getPeerCertificate()).length === 0) return new Error("the client showed no certificate");
  return authorizationError(over) ?? undefined;
}

/** What is wrong with the other side's certificate: null if nothing is. */
function authorizationError(over: TLSSocket): Error | null {
  const verifier: { verifyError?: () => Error | null } | undefined = Reflect.get(over, "_handle");
  return verifier?.verifyError?.() ?? null;
}

function described(over: TLSSocket): Secured {
  const { alpnProtocol } = over;
  const { CN } = over.getPeerCertificate().subject ?? {};
  const trusted = CN !== undefined && authorizationError(over) === null;
  const serverName = Reflect.get(over, "servername");
  return {
    protocol: over.getProtocol() ?? "",
    cipher: over.getCipher().name,
    alpn: typeof alpnProtocol === "string" ? alpnProtocol : undefined,
    serverName: typeof serverName === "string" && serverName !== "" ? serverName : undefined,
    peer: trusted ? String(CN) : undefined,
  };
}
