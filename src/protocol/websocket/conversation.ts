// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Inbox, type Outbox, shutdownMicroprocess, type Timer } from "../../axon/index.ts";
import type { Agreed } from "./extensions.ts";
import { FrameError } from "./frames.ts";
import { FrameReader } from "./frameReader.ts";
import { Framing, PLAIN, sharedFraming } from "./framing.ts";
import type { WebSocketClosed, WebSocketMessage, WebSocketPiece, WebSocketSent } from "./messages.ts";
import type { Settled } from "./options.ts";
import { Speech } from "./speech.ts";

/** The boxes of a component that speaks WebSocket. @internal */
export interface Ends {
  readonly bytesIn: Inbox<Uint8Array>;
  readonly bytesOut: Outbox<Uint8Array>;
  /** What is to be said, if it does not come by {@link Conversation.say}. */
  readonly said?: Inbox<WebSocketSent>;
  readonly heard: Outbox<WebSocketMessage | WebSocketPiece>;
  /** Gets a message when something else has happened; true: it is to come to an end. */
  readonly news: Inbox<boolean>;
}

/** What is said and heard on one connection, from the handshake to the end. The component that owns it has it work in each of its turns. @internal */
export class Conversation {
  /** How the other side has closed, or that it has gone; undefined while it may still say something. */
  heardClose: WebSocketClosed | undefined;
  /** The owner is not to wait for bytes now: there is no room for what is in them. */
  blocked = false;
  /** It is to come to an end. */
  retiring = false;
  /** Nobody is there any more to take messages. */
  deaf = false;
  /** What is said. */
  readonly speech: Speech;
  readonly #self: AnyComponent;
  readonly #isServer: boolean;
  readonly #ends: Ends;
  readonly #settings: Settled;
  readonly #reader: FrameReader;
  #inputEnded = false;
  #whyEnded = "";
  #awaitsRoom = false;
  /** The other side does what it must not: nothing more is read. */
  #failed = false;
  #lastHeard: number;
  #saidBefore = 0;
  #pings: Timer | undefined;
  #deadline: Timer | undefined;
  #late = false;

  constructor(self: AnyComponent, ends: Ends, isServer: boolean, settings: Settled, agreed: Agreed | undefined) {
    this.#self = self;
    this.#isServer = isServer;
    this.#ends = ends;
    this.#settings = settings;
    const { maxMessage, pieces } = settings;
    const inflate = agreed === undefined ? undefined : agreed.inflater.inflate.bind(agreed.inflater);
    this.#reader = new FrameReader({ maxMessage, pieces, masked: isServer, inflate });
    this.speech = new Speech(framingOf(isServer, agreed));
    this.#lastHeard = self.system.clock.now();
    if (settings.pingAfter < Infinity) this.#listenAfter(settings.pingAfter);
  }

  /** Whether we have closed. */
  get saidClose(): boolean {
    return this.speech.closed !== undefined;
  }

  /** Whether nothing is left to be said or heard. */
  get isOver(): boolean {
    return this.saidClose && (this.heardClose !== undefined || this.#late) && (!this.#failed || this.#inputEnded || this.#late);
  }

  /** Whether a time that {@link within} gave is over. */
  get late(): boolean {
    return this.#late;
  }

  /** Does all that can be done now. */
  work(): void {
    const { bytesIn, said, news } = this.#ends;
    if (bytesIn.length > 0 || news.length > 0 || this.#inputEnded) {
      while (news.length > 0) if (news.recv()) this.retiring = true;
      this.#hear();
    }
    if (said !== undefined && this.heardClose === undefined) this.say(said);
    this.flush();
  }

  /** Says what is in a box, or as much of it as there is room for. @throws TypeError, RangeError for what cannot be said */
  say(said: Inbox<WebSocketSent>): void {
    for (const message of said) this.speech.say(message);
  }

  /** Nothing more comes, not even a close. */
  inputEnds(why = "the connection has ended"): void {
    this.#inputEnded = true;
    this.#whyEnded = why;
  }

  /** Closes, after all that was said. The other side has some time to do the same. */
  close(code: number, reason?: string): void {
    if (this.saidClose) return;
    this.speech.close(code, reason);
    this.within(this.#settings.closeTimeout);
    this.flush();
  }

  /** Gives what has to happen so many milliseconds. */
  within(milliseconds: number): void {
    this.#late = false;
    this.#deadline?.cancel();
    if (milliseconds === Infinity) return;
    this.#deadline = this.#self.system.clock.setTimer(() => {
      this.#late = true;
      if (this.#ends.bytesOut.full) this.#breakOff("it does not take what is sent");
      else if (this.#failed && this.#isServer && !this.#inputEnded) this.#breakOff("it does what it must not, and does not close");
      this.tell();
    }, milliseconds);
  }

  /** Sends all that was said, in one piece. */
  flush(bytesOut: Outbox<Uint8Array> = this.#ends.bytesOut): void {
    const bytes = this.speech.take();
    if (bytes !== undefined) bytesOut.send(bytes);
  }

  /** It is over. */
  end(): void {
    this.#pings?.cancel();
    this.#deadline?.cancel();
  }

  #hear(): void {
    const { bytesIn } = this.#ends;
    if (this.#failed || this.heardClose !== undefined) {
      for (const _ of bytesIn);
    } else {
      try {
        this.#read();
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        this.#failed = true;
        this.heardClose ??= { code: 1006, reason: error.message };
        this.close(error.code, error.message);
      }
    }
    if (this.#inputEnded && bytesIn.length === 0 && !this.blocked) this.heardClose ??= { code: 1006, reason: this.#whyEnded };
  }

  /** Reads what came at one time, as far as there is room for what is in it. */
  #read(): void {
    const { bytesIn } = this.#ends;
    this.blocked = false;
    if (this.#pull() && bytesIn.length > 0) {
      this.#lastHeard = this.#self.system.clock.now();
      this.#reader.push(bytesIn.recv());
      this.#pull();
    }
  }

  /** False if there is no room for more. */
  #pull(): boolean {
    const { heard } = this.#ends;
    while (this.heardClose === undefined) {
      if (heard.full && !this.deaf && this.#mustWait()) return false;
      const received = this.#reader.pull();
      if (received === undefined) return true;
      if (received.type === "message") {
        if (!this.deaf) heard.send(received.message);
      } else if (received.type === "ping") this.speech.pong(received.payload);
      else if (received.type === "close") this.heardClose = { code: received.code, reason: received.reason };
    }
    return true;
  }

  /** Waits for room; but not if nobody is there any more who could make it. */
  #mustWait(): boolean {
    this.blocked = true;
    if (this.#awaitsRoom) return true;
    this.#awaitsRoom = true;
    this.#ends.heard.whenRoom(() => {
      this.#awaitsRoom = false;
      this.blocked = false;
      this.tell();
    });
    return this.blocked;
  }

  #listenAfter(milliseconds: number): void {
    this.#pings = this.#self.system.clock.setTimer(() => this.#listen(), milliseconds);
  }

  /** Looks whether the other side is still there. */
  #listen(): void {
    if (this.saidClose) return; // from here on, closing has its own time
    const { pingAfter, pongTimeout } = this.#settings;
    const { clock } = this.#self.system;
    const { bytesIn, bytesOut } = this.#ends;
    const takes = bytesOut.full && this.speech.count !== this.#saidBefore; // it answers when it has read what it was sent before
    this.#saidBefore = this.speech.count;
    if (bytesIn.length > 0 || takes) this.#lastHeard = clock.now(); // or it is we who do not listen
    const silent = clock.now() - this.#lastHeard;
    if (silent >= pingAfter + pongTimeout) {
      this.#breakOff(`nothing was heard for ${silent} ms`);
      return;
    }
    if (silent >= pingAfter) {
      this.speech.ping();
      this.tell();
    }
    this.#listenAfter(silent >= pingAfter ? pingAfter + pongTimeout - silent : pingAfter - silent);
  }

  #breakOff(why: string): void {
    this.#self.stop(shutdownMicroprocess(new Error(`Cannot stay connected: ${why}`)));
  }

  /** Has the owner look soon. */
  tell(): void {
    const { news } = this.#ends;
    if (news.length === 0) news.deliver(false);
  }
}

function framingOf(isServer: boolean, agreed: Agreed | undefined): Framing {
  if (!isServer) return new Framing(true, agreed?.deflater, false);
  if (agreed === undefined) return PLAIN;
  return agreed.isShared ? sharedFraming(agreed.deflater) : new Framing(false, agreed.deflater, false);
}
