// SPDX-License-Identifier: Apache-2.0
import { httpDate } from "../http/dates.ts";
import type { HTTPRequest, Resource } from "../http/index.ts";
import { escaped } from "./admin.ts";
import type { Mount } from "./mount.ts";

/** What goes on at a server. */
export interface IcecastStatistics {
  readonly location: string;
  /** Milliseconds since 1970; undefined: nothing has happened yet. */
  readonly started: number | undefined;
  readonly mounts: readonly Mount[];
}

/** As Icecast gives it: `source` is an object for one mount, and a list for several. */
export function statisticsJSON({ location, started, mounts }: IcecastStatistics, request: HTTPRequest): Resource {
  const sources = mounts.filter(({ source }) => source !== undefined).map((mount) => sourceOf(mount, request));
  const icestats = {
    admin: "icemaster@localhost",
    host: new URL(request.url).hostname,
    location,
    server_id: "Kamaelia",
    server_start: timeOf(started ?? request.system.clock.wallTime()),
    ...(sources.length === 0 ? {} : { source: sources.length === 1 ? sources[0] : sources }),
  };
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache", "access-control-allow-origin": "*" };
  return { headers, data: JSON.stringify({ icestats }) };
}

function sourceOf(mount: Mount, { url }: HTTPRequest): object {
  const { name, description, genre, url: page, bitrate } = mount.options;
  return {
    listenurl: new URL(mount.path, url).href,
    server_type: mount.contenttype,
    ...(name === undefined ? {} : { server_name: name }),
    ...(description === undefined ? {} : { server_description: description }),
    ...(genre === undefined ? {} : { genre }),
    ...(page === undefined ? {} : { server_url: page }),
    ...(bitrate === undefined ? {} : { bitrate }),
    listeners: mount.listeners.size,
    listener_peak: mount.peak,
    listener_connections: mount.total,
    slow_listeners: mount.dropped,
    total_bytes_read: mount.received,
    ...(mount.title === "" ? {} : { title: mount.title }),
    stream_start: timeOf(mount.source!.since),
  };
}

/** "Sat, 21 Nov 2026 12:00:00 +0000" */
function timeOf(time: number): string {
  return httpDate(time).replace("GMT", "+0000");
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}
article{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.75rem;padding:1rem 1.25rem;margin:1rem 0}
h1,h2{margin:0 0 .25rem;font-size:1.25rem}h2{font-size:1.1rem}p{margin:.25rem 0}.dim{opacity:.65;font-size:.9rem}audio{width:100%;margin-top:.5rem}`;

/** For people. */
export function statisticsPage({ location, mounts }: IcecastStatistics, request: HTTPRequest): Resource {
  const now = request.system.clock.wallTime();
  const live = mounts.filter(({ source }) => source !== undefined).map((mount) => article(mount, now));
  const data = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Streams</title>
<style>${STYLE}</style><h1>Streams</h1><p class="dim">${escaped(location)}</p>${live.join("") || "<p>Nothing is played now.</p>"}</html>`;
  return { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" }, data };
}

function article(mount: Mount, now: number): string {
  const { name = mount.path, description = "", genre = "", bitrate } = mount.options;
  const path = escaped(mount.path);
  const facts = [mount.contenttype, genre, bitrate === undefined ? "" : `${bitrate} kbit/s`, lasting(now - mount.source!.since)];
  const listeners = `${mount.listeners.size} listening, ${mount.peak} at most`;
  return `<article><h2>${escaped(name)}</h2><p>${escaped(description)}</p><p><strong>${escaped(mount.title)}</strong></p>
<p class="dim">${escaped(facts.filter((fact) => fact !== "").join(" · "))}<br>${listeners} · <a href="${path}.m3u">m3u</a> · <a href="${path}.pls">pls</a></p>
<audio controls preload="none" src="${path}"></audio></article>`;
}

function lasting(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60 ? `for ${minutes} min` : `for ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
