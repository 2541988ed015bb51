// SPDX-License-Identifier: Apache-2.0
// Looks at all pages of a site, politely: it reads robots.txt, asks one thing at a time with pauses between, and stops after so many pages. The site is our own.
import { type Component, component, handle, sleep } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { HTTPClient, type HTTPFailure, type HTTPResponse, routes, textOf, WebServer } from "kamaelia/protocol/http";
import { ConsoleEchoer, PureTransformer } from "kamaelia/util";
import { readRobots, type Robots } from "./lib/robots.ts";

const NAME = "KamaeliaSpider/1.0";
const page =
  (...links: string[]) =>
  () => ({
    headers: { "content-type": "text/html" },
    data: links.map((link) => `<a href="${link}">${link}</a>`).join("\n"),
  });
const site = handle(
  WebServer({
    port: 0,
    handler: routes({
      "GET /robots.txt": () => "User-agent: *\nDisallow: /private\nCrawl-delay: 0.01\n",
      "GET /": page("/news", "about.html#us", "/private/diary", "mailto:me@example.org"),
      "GET /news": page("/news/1", "/news/2", "/", "/gone"),
      "GET /news/1": page("2", "http://elsewhere.example/"),
      "GET /news/2": () => ({ statuscode: 302, headers: { location: "/news" } }),
      "GET /about.html": page("/"),
      "GET /private/diary": page("/"),
    }),
  }),
  { outboxes: ["listening"] },
);
const start = `http://127.0.0.1:${(await site.get("listening"))?.port}/`;

// #region frontier
/** What is known of a page. */
interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly links: readonly string[];
}

type Frontiers = Component<{ pages: Page | HTTPFailure }, { outbox: string; visited: Page | HTTPFailure }>;

/** Decides which page is next: none twice, none of another site, none that is forbidden, and no more than so many. Ends when there are none left. */
function Frontier(start: string, limit: number, pause: number): Frontiers {
  return component(Frontier, {
    inboxes: { pages: "what was found at the page that was asked for" },
    outboxes: { outbox: "the next page to ask for", visited: "pages that were looked at" },
    *main({ pages }, { outbox, visited }) {
      outbox.send(new URL("/robots.txt", start).href);
      if (!(yield pages)) return;
      const robots = robotsIn(pages.recv());
      const seen = new Set([start]);
      let asked = 0;
      for (const url of seen) {
        if (!robots.allows(new URL(url).pathname)) continue;
        if (asked++ === limit) return;
        yield sleep(robots.delay ?? pause);
        outbox.send(url);
        if (!(yield pages)) return;
        const found = pages.recv();
        if ("links" in found && found.url !== url && seen.has(found.url)) continue; // it leads back to another one
        visited.send(found);
        if (!("links" in found)) continue;
        for (const link of [found.url, ...found.links]) if (URL.parse(link)?.origin === new URL(start).origin) seen.add(link);
      }
    },
  });
}

/** A site without rules allows everything. When it cannot say them now, nothing is allowed. */
function robotsIn(answer: Page | HTTPFailure): Robots {
  if (!("links" in answer) || answer.status >= 500) return { allows: () => false, delay: undefined };
  return readRobots(answer.status === 200 ? answer.text : "", NAME);
}
// #endregion

// #region links
/** Finds the links of a page. */
function linksOf(response: HTTPResponse): Page {
  const { url, status, headers } = response;
  const text = textOf(response);
  const isPage = headers["content-type"]?.startsWith("text/html") === true;
  const found = isPage ? [...text.matchAll(/<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)/gi)] : [];
  const links = found.map(([, link = ""]) => URL.parse(link, url)).filter((link) => link !== null);
  return { url, status, text, links: links.map(({ origin, pathname, search }) => `${origin}${pathname}${search}`) };
}
// #endregion

// #region spider
const Line = (visited: Page | HTTPFailure): string =>
  "links" in visited ? `${visited.status} ${new URL(visited.url).pathname} ${visited.links.length} links\n` : `${visited.error.message}\n`;

await Graphline({
  components: {
    FRONTIER: Frontier(start, 100, 1000),
    CLIENT: HTTPClient({ agent: NAME, maxBody: 1_000_000, totalTimeout: 30_000 }),
    LINKS: PureTransformer(linksOf),
    SHOW: PureTransformer(Line),
    PRINT: ConsoleEchoer(),
  },
  linkages: {
    "FRONTIER.outbox": "CLIENT.inbox",
    "CLIENT.outbox": "LINKS.inbox",
    "CLIENT.failures": "FRONTIER.pages",
    "LINKS.outbox": "FRONTIER.pages",
    "FRONTIER.visited": "SHOW.inbox",
    "SHOW.outbox": "PRINT.inbox",
    "FRONTIER.signal": "CLIENT.control",
    "CLIENT.signal": "LINKS.control",
    "LINKS.signal": "SHOW.control",
    "SHOW.signal": "PRINT.control",
  },
}).run();
// #endregion
await site.stop();

// Output:
// 200 / 4 links
// 200 /news 4 links
// 200 /about.html 1 links
// 200 /news/1 2 links
// 404 /gone 0 links
