// SPDX-License-Identifier: Apache-2.0
// What is measured of HTTP, and what must come out.
import { control, information, ours, type Requirement, type Row, type Work } from "../lib/catalogue.ts";

const OURS = "ours: SimpleServer, HTTPProtocol";
const FLOOR = "node:net alone, one write each";
const FILES = "ours: MinimalFactory";

/** wrk asks, from another core. */
function asked(name: string, title: string, rows: readonly Row[], requirements: readonly Requirement[]): Work {
  return { name, title: `${title}, 50 connections kept, asked by wrk`, better: "more", digits: 0, time: "wall", rows, requirements };
}

/** "Hello", to requests as this script of wrk makes them. */
const hello = (name: string, script: string): Row[] => [
  ours(OURS, "http/load.ts", name, OURS, "ours.server.ts", script),
  control("node:http", "http/load.ts", name, "node:http", "node.server.ts", script),
  control("fastify", "http/load.ts", name, "fastify", "fastify.server.ts", script),
  control("nginx", "http/load.ts", name, "nginx", "nginx.server.ts", script),
];

/** A file of so many bytes. */
const file = (name: string, size: string): Row[] => [
  ours(FILES, "http/load.ts", name, FILES, "file-ours.server.ts", "-", "file.bin", size),
  control("node:http, memory", "http/load.ts", name, "node:http, memory", "file-memory.server.ts", "-", "file.bin", size),
  control("node:http, pipeline", "http/load.ts", name, "node:http, pipeline", "file-pipeline.server.ts", "-", "file.bin", size),
  control("nginx", "http/load.ts", name, "nginx", "nginx.server.ts", "-", "file.bin", size),
];

const REQUEST = "GET / HTTP/1.1|Host: localhost||";

export const httpWorks: readonly Work[] = [
  asked(
    "http-hello",
    "Hello over HTTP/1.1",
    [...hello("http-hello", "-"), information(FLOOR, "http/load.ts", "http-hello", FLOOR, "floor.server.ts")],
    [
      { row: OURS, over: ["node:http"], atLeast: 1.7, goal: 2.3 },
      { row: OURS, over: ["fastify"], atLeast: 2 },
    ],
  ),
  asked("http-headers", "Hello over HTTP/1.1, with a browser's request headers", hello("http-headers", "browser.lua"), [
    { row: OURS, over: ["node:http"], atLeast: 1.5, goal: 2.2 },
  ]),
  asked("http-pipelined", "Hello over HTTP/1.1, sixteen requests at once", hello("http-pipelined", "pipelined.lua"), [
    { row: OURS, over: ["node:http"], atLeast: 6, goal: 10 },
    { row: OURS, over: ["nginx"], atLeast: 2 },
  ]),
  asked("http-file-1k", "A file of 1 KiB", file("http-file-1k", "1024"), [
    { row: FILES, over: ["node:http, memory"], atLeast: 1.3 },
    { row: FILES, over: ["node:http, pipeline"], atLeast: 6 },
    { row: FILES, over: ["nginx"], goal: 0.7 },
  ]),
  asked("http-file-1m", "A file of 1 MiB", file("http-file-1m", "1048576"), [
    { row: FILES, over: ["node:http, pipeline"], atLeast: 3 },
    { row: FILES, over: ["nginx"], goal: 0.9 },
  ]),
  {
    name: "http-idle",
    title: "Memory of 10,000 connections that have asked once, and are kept",
    better: "less",
    digits: 0,
    rounds: 3,
    time: "wall",
    rows: [
      ours(OURS, "tcp-idle/client.ts", OURS, "../http/idle-ours.server.ts", "http-idle", REQUEST),
      control("node:http", "tcp-idle/client.ts", "node:http", "../http/idle-node.server.ts", "http-idle", REQUEST),
    ],
    requirements: [{ row: OURS, over: ["node:http"], atLeast: 1 / 1.2 }],
  },
];
