// SPDX-License-Identifier: Apache-2.0
// Sources that do not speak HTTP: those of SHOUTcast 1 say a password first, and some of old name another protocol.
import { Buffer } from "node:buffer";
import {
  type AnyComponent,
  anyOf,
  type Component,
  component,
  type Ended,
  type Inbox,
  inboxOf,
  outboxOf,
  type Shutdown,
  sleep,
  type Wait,
} from "../../axon/index.ts";
import { authorizationOf, isSame } from "../http/credentials.ts";

type Side = Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>;
type Boxes = { inbox: Uint8Array; control: Shutdown; _ended: Ended; _said: Uint8Array };

/** What sources of SHOUTcast have to know, and where they play. */
export interface SourceFrontOptions {
  readonly password: string;
  readonly mount: string;
}

/** Bytes of a first line, and of what a source says of itself; milliseconds for each of them. */
const LONG = 8192;
const PATIENCE = 30_000;

/** Stands before a server of HTTP until it is known what a client speaks, and says it in HTTP. */
export function SourceFront(
  server: Side,
  { password, mount }: SourceFrontOptions,
): Component<Boxes, { outbox: Uint8Array; signal: Shutdown }> {
  return component(SourceFront, {
    inboxes: {
      inbox: "bytes from the client",
      control: "what the server is told",
      _ended: "the server has ended",
      _said: "what it says to nobody",
    },
    outboxes: { outbox: "bytes to the client", signal: "told when the connection is to be closed" },
    *main({ inbox, control, _ended, _said }, { outbox, signal }, self) {
      let bytes = yield* upTo(/\r?\n/, Buffer.alloc(0), inbox, control, self);
      const line = /^([^\r\n]*)\r?\n/.exec(bytes.toString("latin1"))?.[0];
      const isSource = line !== undefined && !/^\S+ \S/.test(line) && line.trim() !== "";
      if (isSource) {
        if (!isSame(password, Buffer.from(line.trim(), "latin1").toString())) {
          outbox.send(Buffer.from("invalid password\r\n"));
          return;
        }
        outbox.send(Buffer.from("OK2\r\nicy-caps:11\r\n\r\n"));
        bytes = yield* upTo(/^\r?\n|\n\r?\n/, bytes.subarray(line.length), inbox, control, self);
        bytes = asRequest(bytes, password, mount);
      } else if (line !== undefined)
        bytes = Buffer.concat([Buffer.from(line.replace(/ ICE\/1\.\d(?=\r?\n)/, " HTTP/1.0"), "latin1"), bytes.subarray(line.length)]);
      self.addChildren(server);
      self.watch(server, _ended);
      if (bytes.length > 0) server.inboxes.inbox.deliver(bytes);
      self.link(inbox, server.inboxes.inbox, { passthrough: 1 });
      self.link(control, inboxOf(server, "control"), { passthrough: 1 });
      if (isSource) self.link(server.outboxes.outbox, _said);
      else self.link(server.outboxes.outbox, outbox, { passthrough: 2 });
      self.link(outboxOf(server, "signal"), signal, { passthrough: 2 });
      server.activate();
      while (!server.isStopped) {
        for (const _ of _said); // it is an answer in HTTP, which such a source does not expect
        self.pause();
        yield;
      }
    },
  });
}

/** Reads until this has come; or it is too much, takes too long, or nothing more comes. */
function* upTo(
  end: RegExp,
  bytes: Buffer,
  inbox: Inbox<Uint8Array>,
  control: Inbox<Shutdown>,
  { system: { clock } }: AnyComponent,
): Generator<Wait, Buffer, boolean> {
  const due = clock.now() + PATIENCE;
  while (!end.test(bytes.toString("latin1", 0, LONG)) && bytes.length < LONG) {
    if (inbox.length > 0) bytes = Buffer.concat([bytes, inbox.recv()]);
    else if (control.length > 0 || clock.now() >= due) break;
    else yield anyOf(inbox, control, sleep(due - clock.now()));
  }
  return bytes;
}

/** What a source of SHOUTcast says of itself, as Icecast's say it. */
function asRequest(bytes: Buffer, password: string, mount: string): Buffer {
  const head = /^(?:[^]*?\n)??\r?\n/.exec(bytes.toString("latin1", 0, LONG))?.[0] ?? "";
  const fields = head.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ""] = /^((?:icy|ice)-[\w-]+|content-type)\s*:\s*(.*?)\s*$/i.exec(line) ?? [];
    return name === undefined ? [] : [`${name}: ${value}\r\n`];
  });
  const authorization = `Authorization: ${authorizationOf({ user: "source", password })}\r\n`;
  return Buffer.concat([
    Buffer.from(`SOURCE ${mount} HTTP/1.0\r\n${authorization}${fields.join("")}\r\n`, "latin1"),
    bytes.subarray(head.length),
  ]);
}
