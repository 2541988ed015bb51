// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  type DatagramOptions,
  type DatagramSocket,
  type Endpoint,
  type Inbox,
  type Main,
  type Outbox,
  settled,
} from "../axon/index.ts";
import { errorOf, hostAndPort, isIP } from "./node/explained.ts";
import { networkOf } from "./NodeNetwork.ts";
import { checkDatagrams } from "./options.ts";
import { checkPort } from "./ports.ts";

/** A datagram, and who sent it. */
export type Datagram = readonly [bytes: Uint8Array, from: Endpoint];

/** A datagram that could not be sent, or that nobody took; or datagrams that came, and were lost because there was no room for them. */
export interface DatagramFailure {
  readonly error: Error;
  /** To whom it was to go, as far as that is known. */
  readonly to: Endpoint | undefined;
}

/** Where to send from and to receive at. */
export interface LocalOptions extends Omit<DatagramOptions, "groups" | "peer"> {
  /** An address of this machine; "0.0.0.0" and "::" are all of them. Default "0.0.0.0"; "::" if the receiver's address is one of IPv6. */
  readonly localAddress?: string;
  /** 0: any free port; the outbox "listening" says which. Default 0. */
  readonly localPort?: number;
}

/** What everything that sends or receives datagrams says beside. */
export type DatagramOutboxes = { listening: Endpoint; failures: DatagramFailure };

/** Its lines in a datasheet. */
export const SAYS = {
  listening: "its address, once it has one",
  failures: "datagrams that could not be sent, that nobody took, or that were lost for want of room, and why",
} as const;

/** What is done with what comes. */
interface Receives {
  /** Where it goes: while that is full, no more is taken. */
  readonly outbox: Outbox;
  readonly received: (bytes: Uint8Array, from: Endpoint) => void;
}

/** @throws RangeError for a port, an address or a number that there cannot be */
export function checkLocal(options: LocalOptions): void {
  const { localAddress = "0.0.0.0", localPort = 0 } = options;
  if (isIP(localAddress) === 0)
    throw new RangeError(`Cannot bind to ${localAddress}: give an address of this machine, like 127.0.0.1 or ::`);
  const what = `bind to ${hostAndPort(localAddress, localPort)}`;
  checkPort(what, localPort, 0);
  checkDatagrams(what, options);
}

/** Where to send from to this receiver, if the options do not say. */
export function localTo<O extends LocalOptions>(receiver: string | undefined, options: O): O & { readonly localAddress: string } {
  return { localAddress: isIP(receiver ?? "") === 6 ? "::" : "0.0.0.0", ...options };
}

/** The receiver of what a component sends. @throws RangeError for a port that there cannot be; TypeError when there is no receiver */
export function receiverOf(address: string, port: number): Endpoint {
  if (typeof address !== "string" || address === "")
    throw new TypeError(`Cannot send to ${String(address) || "nowhere"}: give the receiver's address and its port`);
  checkPort(`send to ${hostAndPort(address, port)}`, port, 1);
  return { address, port };
}

/** The receiver, where there may be none. @throws as receiverOf; TypeError when only half of it is there */
export function maybeReceiverOf(address: string | undefined, port: number | undefined): Endpoint | undefined {
  if (address === undefined && port === undefined) return undefined;
  if (address !== undefined && port !== undefined) return receiverOf(address, port);
  throw new TypeError(`Cannot send to ${address ?? `port ${port}`}: give the receiver's address and its port, or neither`);
}

/** Milliseconds after which it is looked again whether something was lost: to ask the system for it takes some time. */
const LOOK_AGAIN = 1000;

/** The datagram socket of a component: opened when it starts, closed when it ends. */
export class Datagrams {
  readonly #self: AnyComponent;
  readonly #says: DatagramSays;
  readonly #socket: DatagramSocket;
  readonly #open = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #done: () => void;
  #goOn: (() => void) | undefined;
  #over = false;
  /** Whether anything has come. */
  #some = false;
  /** What was lost, as far as that was told, and when it was last looked. */
  #lost = 0;
  #looked = 0;

  constructor(self: AnyComponent, options: LocalOptions & DatagramOptions, says: DatagramSays, receives?: Receives) {
    const { localAddress: host = "0.0.0.0", localPort: port = 0 } = options;
    this.#self = self;
    this.#says = says;
    this.#done = self.system.expect(`datagrams to ${hostAndPort(host, port)}`);
    this.#closed.promise.catch(() => {}); // it is thrown where somebody waits
    this.#open.promise.catch(() => {});
    const events = {
      opened: (local: Endpoint) => {
        this.#looked = self.system.clock.now();
        if (!this.#over) says.listening.send(local);
        this.#open.resolve();
      },
      received: (bytes: Uint8Array, from: Endpoint) => this.#receive(bytes, from, receives),
      drained: () => this.#goOn?.(),
      failed: (error: Error, to?: Endpoint) => {
        if (!this.#over) says.failures.send({ error, to });
      },
      closed: (error?: Error) => this.#end(error),
    };
    this.#socket = networkOf(self).bind({ host, port }, events, options);
  }

  /** Waits until it has its address. It throws if it does not get one. */
  *opened(): Main {
    yield* settled(this.#open.promise);
  }

  /** Sends a datagram. False: there is no room for more; wait for `room()`. */
  send(bytes: Uint8Array, to?: Endpoint): boolean {
    if (to === undefined || isSomebody(to)) return this.#socket.send(bytes, to);
    try {
      receiverOf(to.address, to.port);
    } catch (error) {
      this.#says.failures.send({ error: errorOf(error), to });
    }
    return true;
  }

  room(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  /** Lets what was sent leave, and closes. */
  *finish(): Main {
    if (this.#self.toldToStop) return;
    if (this.#some) this.#look();
    this.#socket.close();
    yield* settled(this.#closed.promise);
  }

  /** Closes. What belongs into a `finally`. */
  close(): void {
    if (!this.#over && this.#some) this.#look();
    this.#over = true;
    this.#goOn?.();
    this.#socket.close();
    this.#done();
  }

  #receive(bytes: Uint8Array, from: Endpoint, receives: Receives | undefined): void {
    if (this.#over || receives === undefined) return;
    const { outbox, received } = receives;
    received(bytes, from);
    this.#lookSometimes();
    if (!outbox.full) return;
    this.#socket.pause();
    outbox.whenRoom(() => this.#socket.resume());
  }

  #lookSometimes(): void {
    this.#some = true;
    if (this.#self.system.clock.now() >= this.#looked + LOOK_AGAIN) this.#look();
  }

  /** Says what was lost since it was last looked. */
  #look(): void {
    this.#looked = this.#self.system.clock.now();
    const { lost, local } = this.#socket;
    const more = lost - this.#lost;
    if (more <= 0) return;
    this.#lost = lost;
    const where = hostAndPort(local.address, local.port);
    const error = new Error(
      `Cannot receive ${more} datagrams at ${where}: there was no room for them; take them faster, or give a larger receiveBuffer`,
    );
    this.#says.failures.send({ error, to: undefined });
  }

  #end(error: Error | undefined): void {
    this.#goOn?.();
    if (error === undefined) {
      this.#open.resolve();
      this.#closed.resolve();
    } else {
      this.#open.reject(error);
      this.#closed.reject(error);
    }
  }
}

/** Whether something can be sent there: the same as `receiverOf` thinks, for each datagram. "" would be this machine. */
function isSomebody({ address, port }: Endpoint): boolean {
  return typeof address === "string" && address !== "" && Number.isInteger(port) && port > 0 && port <= 65_535;
}

/** The outboxes on which a socket says something itself. */
interface DatagramSays {
  readonly listening: Outbox<Endpoint>;
  readonly failures: Outbox<DatagramFailure>;
}

/** Sends what comes to a box, until that has ended; then closes. */
export function* sendAll<T>(socket: Datagrams, inbox: Inbox<T>, send: (message: T) => boolean): Main {
  try {
    yield* socket.opened();
    while (yield inbox) for (const message of inbox) if (!send(message)) yield socket.room();
    yield* socket.finish();
  } finally {
    socket.close();
  }
}

/** Receives until it is told to stop. */
export function* receiveAll(socket: Datagrams, control: Inbox): Main {
  try {
    yield* socket.opened();
    yield control;
  } finally {
    socket.close();
  }
}
