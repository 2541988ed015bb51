// SPDX-License-Identifier: Apache-2.0
import { getErrorPage, type HTTPRequest, type Resource } from "../http/index.ts";
import { credentialsOf, isSame } from "../http/credentials.ts";
import { textOf } from "./metadata.ts";
import type { Mount } from "./mount.ts";

/** What those have to know who may change things. */
interface Passwords {
  readonly sourcePassword?: string;
  readonly adminPassword?: string;
  readonly shoutcastMount?: string;
}

/** Whether whoever asks knows the password of one of these users. */
export function isAllowed({ parsed }: HTTPRequest, passwords: Readonly<Record<string, string | undefined>>): boolean {
  const credentials = credentialsOf(parsed.headers["authorization"]);
  if (credentials === undefined || !Object.hasOwn(passwords, credentials.user)) return false;
  const password = passwords[credentials.user];
  return password !== undefined && isSame(password, credentials.password);
}

/** @param hope whether any password would do */
export function unauthorized(hope: boolean): Resource {
  if (!hope) return getErrorPage(403, "This is not to be changed from outside.");
  const page = getErrorPage(401, "You need to say who you are.");
  return { ...page, headers: { "www-authenticate": 'Basic realm="Icecast", charset="UTF-8"', "content-type": "text/html; charset=utf-8" } };
}

/** What is asked of those who look after the server: a new title (`/admin/metadata`), who listens (`/admin/listclients`). */
export function admin(request: HTTPRequest, passwords: Passwords, mountAt: (path: string) => Mount | undefined): Resource {
  const { sourcePassword, adminPassword, shoutcastMount = "/stream" } = passwords;
  const { "non-query-uri": path, query } = request.parsed;
  const words = wordsOf(query);
  const ofShoutcast = path === "/admin.cgi" && words.get("mode") === "updinfo"; // whose sources say their password there
  const isMetadata = path === "/admin/metadata" || path === "/admin/metadata.xsl" || ofShoutcast;
  const isKnown = ofShoutcast && sourcePassword !== undefined && isSame(words.get("pass") ?? "", sourcePassword);
  if (!isKnown && !isAllowed(request, isMetadata ? { source: sourcePassword, admin: adminPassword } : { admin: adminPassword }))
    return unauthorized((isMetadata ? sourcePassword : undefined) !== undefined || adminPassword !== undefined);
  const mount = mountAt(words.get("mount") ?? (ofShoutcast ? shoutcastMount : ""));
  if (!isMetadata && path !== "/admin/listclients") return getErrorPage(404, `There is nothing at ${path}.`);
  if (mount?.source === undefined) return getErrorPage(400, "There is no such mount, or it has no source.");
  return isMetadata ? setTitle(mount, words) : listClients(mount, request.system.clock.wallTime());
}

function setTitle(mount: Mount, words: ReadonlyMap<string, string>): Resource {
  const [song, artist, title, url] = ["song", "artist", "title", "url"].map((name) => words.get(name));
  const text = song ?? [artist, title].filter((part) => part !== undefined && part !== "").join(" - ");
  if (song === undefined && artist === undefined && title === undefined) return getErrorPage(400, "It does not say which song is played.");
  mount.setMetadata({ StreamTitle: text, ...(url === undefined ? {} : { StreamUrl: url }) });
  return xml("<iceresponse><message>Metadata update successful</message><return>1</return></iceresponse>");
}

function listClients(mount: Mount, now: number): Resource {
  const listeners = [...mount.listeners].map(
    ({ peer = "", agent = "", since }) =>
      `<listener><IP>${escaped(peer)}</IP><UserAgent>${escaped(agent)}</UserAgent><Connected>${Math.floor((now - since) / 1000)}</Connected></listener>`,
  );
  const path = escaped(mount.path);
  return xml(`<icestats><source mount="${path}"><Listeners>${listeners.length}</Listeners>${listeners.join("")}</source></icestats>`);
}

function xml(text: string): Resource {
  return { headers: { "content-type": "text/xml; charset=utf-8" }, data: `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n` };
}

/** For HTML and XML. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(/\p{Cc}/gu, " ");
}

/** The words of a query. Sources write them in UTF-8 or Latin-1, and do not always say which. */
function wordsOf(query: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const pair of query.split("&")) {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    words.set(decoded(name), decoded(value));
  }
  return words;
}

function decoded(text: string): string {
  const bytes = text.replaceAll("+", " ").replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return textOf(Buffer.from(bytes, "latin1"));
}
