// SPDX-License-Identifier: Apache-2.0
// Which proxy to ask through, if any.
import { bytesOfAddress, isIP, type Proxy } from "../../../internet/index.ts";

/** A proxy, or its URL: `http://me:secret@proxy:3128`, `https://proxy`, `socks5://127.0.0.1:1080`; or what chooses one for each URL. */
export type ProxyChoice = string | Proxy | ((url: URL) => string | Proxy | undefined);

const TYPES: Readonly<Record<string, { readonly type: Proxy["type"]; readonly port: number }>> = {
  "http:": { type: "http", port: 80 },
  "https:": { type: "http", port: 443 },
  "socks5:": { type: "socks5", port: 1080 },
  "socks5h:": { type: "socks5", port: 1080 },
  "socks:": { type: "socks5", port: 1080 },
};

/** @throws TypeError for what is no URL of a proxy @internal */
export function proxyOf(text: string): Proxy {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const kind = url === null ? undefined : TYPES[url.protocol];
  if (url === null || kind === undefined || url.hostname === "")
    throw new TypeError(
      `Cannot use the proxy ${text.replace(/\/\/[^@/]*@/, "//")}: give a URL like http://proxy:3128, https://proxy or socks5://127.0.0.1:1080`,
    );
  return {
    type: kind.type,
    host: plainHost(url),
    port: url.port === "" ? kind.port : Number(url.port),
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
    ...(url.protocol === "https:" ? { tls: {} } : {}),
  };
}

/** The name or address of a URL, as a network wants it. @internal */
export function plainHost({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/**
 * Whether a URL is to be asked for without a proxy, by rules as programs know them from NO_PROXY: `localhost, .example.org, 10.0.0.0/8, [::1]:8080, *`.
 * A name is for all names below it, too.
 *
 * @throws TypeError for a network that there cannot be
 * @internal
 */
export function exempt(rules: string | readonly string[]): (url: URL) => boolean {
  const list = (typeof rules === "string" ? rules.split(/[\s,]+/) : rules)
    .map((rule) => rule.trim().toLowerCase())
    .filter((rule) => rule !== "");
  const tests = list.map(testOf);
  return (url) => tests.some((test) => test(plainHost(url).toLowerCase(), url));
}

type Test = (host: string, url: URL) => boolean;

function testOf(rule: string): Test {
  if (rule === "*") return () => true;
  const network = /^(.+)\/(\d{1,3})$/.exec(rule);
  if (network !== null) return inNetwork(rule, network[1]!, Number(network[2]));
  const [, name = rule, port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rule) ?? [];
  const wanted = name.replace(/^\[(.*)\]$/, "$1").replace(/^\*?\./, "");
  return (host, { port: given, protocol }) =>
    (host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`))) &&
    (port === "" || port === (given || (protocol === "https:" ? "443" : "80")));
}

function inNetwork(rule: string, address: string, bits: number): Test {
  const kind = isIP(address);
  if (kind === 0 || bits > (kind === 4 ? 32 : 128))
    throw new TypeError(`Cannot go without a proxy to ${rule}: give a network like 10.0.0.0/8 or fd00::/8`);
  const wanted = bitsOf(address).slice(0, bits);
  return (host) => isIP(host) === kind && bitsOf(host).startsWith(wanted);
}

function bitsOf(address: string): string {
  return [...bytesOfAddress(address)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

/**
 * Chooses proxies as other programs of this machine do, by the variables http_proxy, https_proxy, all_proxy and no_proxy (or in capitals).
 * A client looks at no variables by itself.
 *
 * @throws TypeError for a variable that has no URL of a proxy
 * @example
 * const proxy = proxyFromEnvironment({ https_proxy: "http://proxy:3128", no_proxy: "localhost" });
 * proxy(new URL("https://localhost/")); // undefined
 */
export function proxyFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): (url: URL) => Proxy | undefined {
  const read = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()] || undefined;
  const isCGI = environment["REQUEST_METHOD"] !== undefined; // there a client chooses what HTTP_PROXY says, by a field "Proxy"
  const all = read("all_proxy");
  const plain = (isCGI ? environment["http_proxy"] : read("http_proxy")) ?? all;
  const secure = read("https_proxy") ?? all;
  const [http, https] = [plain, secure].map((text) => (text === undefined ? undefined : proxyOf(text)));
  const isExempt = exempt(read("no_proxy") ?? "");
  return (url) => (isExempt(url) ? undefined : url.protocol === "https:" ? https : http);
}

/** What a client's options come to. @throws TypeError @internal */
export function chooser(proxy: ProxyChoice | undefined, noProxy: string | readonly string[]): (url: URL) => Proxy | undefined {
  if (proxy === undefined) return () => undefined;
  const isExempt = exempt(noProxy);
  const fixed = typeof proxy === "string" ? proxyOf(proxy) : typeof proxy === "function" ? undefined : proxy;
  return (url) => {
    if (isExempt(url)) return undefined;
    const chosen = typeof proxy === "function" ? proxy(url) : fixed;
    return typeof chosen === "string" ? proxyOf(chosen) : chosen;
  };
}
