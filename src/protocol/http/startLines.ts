// SPDX-License-Identifier: Apache-2.0
import { type Framing, HOST } from "./fields.ts";
import { Refusal, type RequestHeader, type ResponseHeader, type Sides } from "./messages.ts";

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+) ([!-~]+) HTTP\/(\d)\.(\d)$/;
const STATUS_LINE = /^HTTP\/(\d)\.(\d) (\d{3})(?: ([\t -~\x80-\xff]*))?$/;
const ABSOLUTE = /^([A-Za-z][\w+.-]*):\/\/(?:[^/?#@]*@)?([^/?#@]*)([^?]*)(?:\?(.*))?$/;

/** A request line, read. */
interface Line {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
}

/**
 * What a request says, RFC 9112 3.
 *
 * @throws Refusal
 */
export function readRequest(
  line: string,
  block: string,
  framingOf: (block: string) => Framing,
  secure: boolean,
  sides: Sides,
): RequestHeader {
  const { method, target, minor } = readRequestLine(line);
  const { headers, fields, hosts, hostIsGood, contentLength, transferEncoding, close, keepAlive, upgrade, expect } = framingOf(block);
  if (hosts !== 1 && (hosts > 1 || minor > 0))
    throw new Refusal(400, hosts === 0 ? "it does not say for which host it is (Host)" : "it is for several hosts");
  const host = headers["host"];
  if (!hostIsGood) throw new Refusal(400, `there is no host ${JSON.stringify(host)}`);
  checkCodings(transferEncoding, minor);
  const where = readTarget(method, target, host ?? "", secure);
  return {
    bad: false,
    method,
    "raw-uri": target,
    "uri-protocol": where["uri-protocol"],
    "uri-server": where["uri-server"],
    "non-query-uri": where["non-query-uri"],
    query: where.query,
    version: minor === 0 ? "1.0" : "1.1",
    protocol: "HTTP",
    headers,
    fields,
    keepAlive: minor === 0 ? keepAlive && !close : !close,
    length: transferEncoding === undefined ? (contentLength ?? 0) : undefined,
    upgrade: minor === 0 ? undefined : upgrade,
    expectsContinue: expect !== undefined && minor > 0 && expectsContinue(expect),
    peer: sides.peer,
    peerport: sides.peerport,
    localip: sides.localip,
    localport: sides.localport,
  };
}

function readRequestLine(line: string): Line {
  const space = line.indexOf(" ");
  if (line.endsWith(" HTTP/1.1") && space > 0 && line.indexOf(" ", space + 1) === line.length - 9 && space < line.length - 10) {
    const match = REQUEST_LINE.exec(line);
    if (match !== null) return { method: match[1]!, target: match[2]!, minor: 1 };
  }
  const match = REQUEST_LINE.exec(line);
  if (match === null)
    throw new Refusal(400, /^\S+ \S+$/.test(line) ? "it has no version, as in HTTP/0.9" : "its first line is not method, URI and version");
  const [, method = "", target = "", major, minor] = match;
  if (major !== "1") throw new Refusal(505, `HTTP/${major}.${minor} is not spoken here`);
  return { method, target, minor: minor === "0" ? 0 : 1 };
}

function checkCodings(codings: string | undefined, minor: number): void {
  if (codings === undefined || (codings === "chunked" && minor > 0)) return;
  if (minor === 0) throw new Refusal(400, "HTTP/1.0 has no Transfer-Encoding");
  const list = codings.split(",").map((coding) => coding.trim());
  if (
    list.at(-1) !== "chunked" ||
    list.indexOf("chunked") !== list.length - 1 ||
    !list.every((coding) => /^[!#-'*+.^-z|~-]+(?:;.*)?$/.test(coding))
  )
    throw new Refusal(400, `its Transfer-Encoding is ${JSON.stringify(codings)}: nobody knows where it ends`);
  throw new Refusal(501, `its Transfer-Encoding is ${JSON.stringify(codings)}, of which only chunked is known`);
}

function expectsContinue(expect: string): boolean {
  if (expect.toLowerCase() === "100-continue") return true;
  throw new Refusal(417, `it expects ${JSON.stringify(expect)}`);
}

type Where = Pick<RequestHeader, "uri-protocol" | "uri-server" | "non-query-uri" | "query">;

function readTarget(method: string, target: string, host: string, secure: boolean): Where {
  const scheme = secure ? "https" : "http";
  if (target.includes("#")) throw new Refusal(400, "its URI has a fragment");
  if (target.charCodeAt(0) === 47 && method !== "CONNECT") {
    const mark = target.indexOf("?");
    const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
    return { "uri-protocol": scheme, "uri-server": host, "non-query-uri": path, query };
  }
  if (method === "CONNECT") {
    if (!HOST.test(target) || !/:\d+$/.test(target)) throw new Refusal(400, "it connects to no host and port");
    return { "uri-protocol": scheme, "uri-server": target, "non-query-uri": "", query: "" };
  }
  if (target === "*" && method === "OPTIONS") return { "uri-protocol": scheme, "uri-server": host, "non-query-uri": "*", query: "" };
  const match = ABSOLUTE.exec(target);
  const [, protocol = "", server = "", path = "", query = ""] = match ?? [];
  if (match === null || !HOST.test(server)) throw new Refusal(400, "its URI is neither a path nor absolute");
  return { "uri-protocol": protocol.toLowerCase(), "uri-server": server, "non-query-uri": path === "" ? "/" : path, query };
}

/**
 * What a response says, RFC 9112 4. `method`: of the request that it answers.
 *
 * @throws Refusal
 */
export function readResponse(line: string, framing: Framing, method: string): ResponseHeader {
  const match = STATUS_LINE.exec(line);
  if (match === null) throw new Refusal(400, "its first line is not version, status and reason");
  const [, major, minor, code = "", reason = ""] = match;
  const responsecode = Number(code);
  if (major !== "1") throw new Refusal(505, `HTTP/${major}.${minor} is not spoken here`);
  if (responsecode < 100) throw new Refusal(400, `there is no status ${code}`);
  const { headers, fields, contentLength, transferEncoding, close, keepAlive, upgrade } = framing;
  const isOld = minor === "0";
  if (transferEncoding !== undefined) checkCodings(transferEncoding, isOld ? 0 : 1);
  const tunnel = responsecode === 101 || (method === "CONNECT" && responsecode < 300);
  const none = method === "HEAD" || responsecode < 200 || responsecode === 204 || responsecode === 304 || tunnel;
  const length = none ? 0 : transferEncoding === undefined ? contentLength : undefined;
  const untilClose = length === undefined && transferEncoding === undefined;
  return {
    bad: false,
    responsecode,
    reason,
    version: isOld ? "1.0" : "1.1",
    protocol: "HTTP",
    headers,
    fields,
    keepAlive: !untilClose && !tunnel && !close && (!isOld || keepAlive),
    length,
    upgrade: responsecode === 101 ? upgrade : undefined,
  };
}
