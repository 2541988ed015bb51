// SPDX-License-Identifier: Apache-2.0
import {
  addOutbox,
  type AnyComponent,
  anyOf,
  type Inbox,
  isShutdown,
  type Linkage,
  type Outbox,
  producerFinished,
  type Shutdown,
  sleep,
  type Wait,
} from "../../axon/index.ts";
import { TCPClient } from "../../internet/index.ts";
import { type HTTPAnswered, SingleShotHTTPClient } from "../http/index.ts";
import { responseParser } from "../http/messageParser.ts";
import { authorizationOf } from "../http/credentials.ts";
import { type Destination, headOf } from "./destination.ts";
import type { IcecastSourceEvent } from "./IcecastSource.ts";
import type { IcecastMetadata } from "./messages.ts";

interface Ins {
  readonly inbox: Inbox<Uint8Array>;
  readonly metadata: Inbox<string | IcecastMetadata>;
  readonly control: Inbox<Shutdown>;
  readonly _bytes: Inbox<Uint8Array>;
  readonly _over: Inbox<Shutdown>;
  readonly _titles: Inbox<HTTPAnswered>;
}
interface Outs {
  readonly events: Outbox<IcecastSourceEvent>;
}

/** Milliseconds after which one sends the stream although the server has not said that it wants it: some never do (RFC 9110 10.1.1). */
const IMPATIENCE = 2000;

/** Sends a stream to one server, connection after connection. */
export class Sending {
  /** Whether the last connection has taken anything. */
  hasSent = false;
  readonly #self: AnyComponent;
  readonly #in: Ins;
  readonly #out: Outs;
  readonly #to: Destination;
  readonly #wire: Outbox<Uint8Array>;
  #method: "PUT" | "SOURCE";
  #client: AnyComponent | undefined;
  #linkages: Linkage[] = [];
  #over: Shutdown | undefined;
  /** No more is to come; or it is to end at once. */
  #finished = false;
  #stopped = false;
  /** The title that the server is to know, and who is telling it. */
  #title: IcecastMetadata | undefined;
  #teller: AnyComponent | undefined;

  constructor(self: AnyComponent, ins: Ins, outs: Outs, to: Destination) {
    this.#self = self;
    this.#in = ins;
    this.#out = outs;
    this.#to = to;
    this.#wire = addOutbox<Uint8Array>(self, "_wire", { doc: "to the server" });
    this.#method = to.method ?? "PUT";
  }

  /** Connects, and sends what comes. Answers whether it is to end; false: it is to be tried again. */
  *send(): Generator<Wait, boolean, boolean> {
    this.hasSent = false;
    try {
      this.#hear();
      if (this.#stopped) return true;
      yield* this.#connect();
      if (this.#stopped) return true;
      this.#tell({ type: "connected", url: this.#to.name });
      yield* this.#stream();
      return true;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new Error(`Cannot send to ${this.#to.name}: ${reason}`, { cause });
      this.#tell({ type: "failed", url: this.#to.name, error });
      return this.#stopped || this.#finished; // nobody waits for a server for ever who is to end
    } finally {
      this.close();
    }
  }

  /** Waits before the next try. Answers whether it is to end. */
  *wait(milliseconds: number): Generator<Wait, boolean, boolean> {
    const { clock } = this.#self.system;
    const until = clock.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !this.#stopped; left = until - clock.now()) {
      yield anyOf(this.#in.control, sleep(left));
      this.#hear();
    }
    return this.#stopped;
  }

  close(): void {
    for (const linkage of this.#linkages) linkage.unlink();
    this.#linkages = [];
    this.#client?.stop();
    this.#teller?.stop();
    this.#client = this.#teller = undefined;
  }

  *#connect(): Generator<Wait, void, boolean> {
    for (;;) {
      this.#open();
      const status = yield* this.#answer();
      if (this.#stopped || status === undefined || status < 300) return;
      const isUnknown = this.#method === "PUT" && this.#to.method === undefined && [400, 405, 501].includes(status);
      if (!isUnknown) throw new Error(status === 401 || status === 403 ? `the server refuses us (${status})` : `the server says ${status}`);
      this.#method = "SOURCE";
      this.close();
    }
  }

  #open(): void {
    const { host, port, tls, timeout } = this.#to;
    const { _bytes, _over } = this.#in;
    for (const _ of _bytes);
    for (const _ of _over);
    this.#over = undefined;
    const client = TCPClient({ host, port, connectTimeout: timeout, patience: timeout, ...(tls === undefined ? {} : { tls }) });
    this.#client = client;
    this.#linkages = [
      this.#self.link(client.outboxes.outbox, _bytes),
      this.#self.link(client.outboxes.signal, _over),
      this.#self.link(this.#wire, client.inboxes.inbox),
    ];
    this.#self.addChildren(client);
    this.#self.watch(client, () => {}); // that it is over comes by its signal
    client.activate();
    this.#wire.send(headOf(this.#to, this.#method));
  }

  /** What the server says to our head; undefined: nothing, for long enough. */
  *#answer(): Generator<Wait, number | undefined, boolean> {
    const { control, _bytes, _over } = this.#in;
    const parser = responseParser();
    const begun = this.#self.system.clock.now();
    for (;;) {
      const part = parser.pull();
      if (part?.type === "ParsedHTTPHeader") {
        if (part.header.bad !== false) throw new Error(`the server does not speak HTTP: ${part.header.bad.reason}`);
        return part.header.responsecode;
      }
      this.#look();
      const left =
        begun + (this.#method === "PUT" ? Math.min(IMPATIENCE, this.#to.timeout) : this.#to.timeout) - this.#self.system.clock.now();
      if (left <= 0 && this.#method === "PUT") return undefined;
      if (left <= 0) throw new Error(`the server has not answered within ${this.#to.timeout} ms`);
      yield anyOf(control, _bytes, _over, sleep(left));
      this.#hear();
      if (this.#stopped) return undefined;
      for (const bytes of _bytes) parser.push(bytes);
    }
  }

  *#stream(): Generator<Wait, void, boolean> {
    const { inbox, metadata, control, _bytes, _over, _titles } = this.#in;
    if (this.#title !== undefined) this.#tellTitle();
    for (;;) {
      for (const news of metadata) this.#title = typeof news === "string" ? { StreamTitle: news } : news;
      if (this.#title !== undefined) this.#tellTitle();
      for (const bytes of inbox) {
        this.#wire.send(bytes);
        this.hasSent = true;
      }
      for (const answer of _titles) this.#hearOfTitle(answer);
      for (const _ of _bytes); // what it says now is of no interest
      this.#hear();
      if (this.#stopped) return;
      this.#look();
      if (this.#finished && inbox.length === 0) break;
      yield anyOf(inbox, metadata, control, _bytes, _over, _titles);
    }
    while (this.#teller !== undefined && !this.#stopped) {
      yield anyOf(control, _titles);
      for (const answer of _titles) this.#hearOfTitle(answer);
      this.#hear();
    }
    this.#client?.stop(producerFinished());
    while (_over.length === 0 && !this.#stopped) {
      yield anyOf(control, _over);
      this.#hear();
    }
  }

  /** @throws Error when the connection is over */
  #look(): void {
    for (const over of this.#in._over) this.#over = over;
    if (this.#over === undefined) return;
    const { message } = this.#over;
    throw message instanceof Error ? message : new Error("the server has closed the connection");
  }

  #hear(): void {
    const { control } = this.#in;
    while (control.length > 0 && !this.#stopped) {
      const message = control.peekNext();
      if (isShutdown(message) && message.type === "shutdownMicroprocess") this.#stopped = true; // it stays there: the kernel passes it on
      else {
        control.recv();
        this.#finished = true;
      }
    }
  }

  /** Tells the server a title, one at a time, the last one that we know. */
  #tellTitle(): void {
    if (this.#teller !== undefined || this.#title === undefined) return;
    const { StreamTitle = "", StreamUrl } = this.#title;
    this.#title = undefined;
    const words = new URLSearchParams({ mode: "updinfo", mount: this.#to.mount, song: StreamTitle, charset: "UTF-8" });
    if (StreamUrl !== undefined) words.set("url", StreamUrl);
    const url = `http${this.#to.tls === undefined ? "" : "s"}://${this.#to.authority}/admin/metadata?${words}`;
    const teller = SingleShotHTTPClient(url, {
      timeout: this.#to.timeout,
      maxRedirects: 0,
      extraheaders: { Authorization: authorizationOf(this.#to.credentials) },
      ...(this.#to.tls === undefined ? {} : { tls: this.#to.tls }),
    });
    this.#self.link(teller.outboxes.outbox, this.#in._titles);
    this.#self.addChildren(teller);
    this.#teller = teller;
    teller.activate();
  }

  #hearOfTitle(answer: HTTPAnswered): void {
    const fault =
      answer.type === "HTTPFailure"
        ? answer.error
        : answer.type === "ParsedHTTPHeader" && answer.header.responsecode !== 200
          ? new Error(`Cannot tell ${this.#to.name} a title: the server says ${answer.header.responsecode}`)
          : undefined;
    if (fault !== undefined) this.#tell({ type: "titleFailed", url: this.#to.name, error: fault });
    if (answer.type !== "HTTPFailure" && answer.type !== "ParsedHTTPEnd") return;
    this.#teller = undefined;
    this.#tellTitle();
  }

  /** Nobody is held by what is only told in passing. */
  #tell(event: IcecastSourceEvent): void {
    const { events } = this.#out;
    if (events.linked && !events.full) events.send(event);
  }
}
