// SPDX-License-Identifier: Apache-2.0
// What every network must do: one suite, for the real one and for the simulated one.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Connection, ConnectionEvents, DatagramOptions, DatagramSocket, Endpoint, Listener, Network } from "../../axon/index.ts";

/** Two hosts of a network, which may be the same one. @internal */
export interface Hosts {
  readonly one: Network;
  readonly other: Network;
  /** The addresses by which they reach each other. */
  readonly oneAddress: string;
  readonly otherAddress: string;
  /** How groups are heard and sent to there, if not by these addresses. */
  readonly oneInterface?: string;
  readonly otherInterface?: string;
}

/** What depends on the kind of address. */
function kindOf(address: string): { readonly most: number; readonly all: string; readonly group: string } {
  if (address.includes(":")) return { most: 65_527, all: "::", group: "ff15::7:9" };
  return { most: 65_507, all: "0.0.0.0", group: "239.192.7.9" };
}

/** What somebody is told, to look at and to wait for. */
class Ear {
  readonly log: string[] = [];
  readonly pieces: Uint8Array[] = [];
  readonly froms: Endpoint[] = [];
  error: Error | undefined;
  local: Endpoint | undefined;
  #waits: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  readonly connection: ConnectionEvents = {
    opened: () => this.tell("opened"),
    data: (bytes) => {
      this.pieces.push(bytes);
      this.tell("data");
    },
    ended: () => this.tell("ended"),
    drained: () => this.tell("drained"),
    finished: () => this.tell("finished"),
    closed: (error) => {
      this.error = error;
      this.tell("closed");
    },
  };

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** What was told but data, which comes in any number of pieces. */
  get story(): string[] {
    return this.log.filter((what) => what !== "data");
  }

  until(met: () => boolean): Promise<void> {
    return met() ? Promise.resolve() : new Promise((resolve) => this.#waits.push({ met, resolve }));
  }

  told(what: string): Promise<void> {
    return this.until(() => this.log.includes(what));
  }

  tell(what: string): void {
    this.log.push(what);
    const due = this.#waits.filter(({ met }) => met());
    this.#waits = this.#waits.filter((wait) => !due.includes(wait));
    for (const { resolve } of due) resolve();
  }
}

/** Listens, and gives what comes. */
async function listener(
  t: TestContext,
  network: Network,
  host: string,
): Promise<{ at: Endpoint; listener: Listener; ear: Ear; accepted: () => Promise<{ connection: Connection; ear: Ear }> }> {
  const ear = new Ear();
  const came: { connection: Connection; ear: Ear }[] = [];
  let asked = 0;
  const opened = network.listen(
    { host, port: 0 },
    {
      listening(at) {
        ear.local = at;
        ear.tell("listening");
      },
      accepted(connection) {
        const theirs = new Ear();
        came.push({ connection, ear: theirs });
        t.after(() => connection.abort());
        ear.tell("accepted");
        return theirs.connection;
      },
      closed(error) {
        ear.error = error;
        ear.tell("closed");
      },
    },
  );
  t.after(() => opened.close());
  await ear.told("listening");
  const accepted = async (): Promise<{ connection: Connection; ear: Ear }> => {
    const which = asked++;
    await ear.until(() => came.length > which);
    return came[which]!;
  };
  return { at: ear.local!, listener: opened, ear, accepted };
}

interface Pair {
  readonly client: Connection;
  readonly heard: Ear;
  readonly server: Connection;
  readonly theirs: Ear;
}

/** A connection, open at both ends. The server has not begun to read. */
async function connected(t: TestContext, { one, other, otherAddress }: Hosts): Promise<Pair> {
  const { at, accepted } = await listener(t, other, otherAddress);
  const heard = new Ear();
  const client = one.connect({ host: otherAddress, port: at.port }, heard.connection);
  t.after(() => client.abort());
  await heard.told("opened");
  const { connection: server, ear: theirs } = await accepted();
  return { client, heard, server, theirs };
}

/** A datagram socket that is open. */
async function bound(
  t: TestContext,
  network: Network,
  host: string,
  options: DatagramOptions = {},
  port = 0,
): Promise<{ socket: DatagramSocket; ear: Ear }> {
  const ear = new Ear();
  const socket = network.bind({ host, port }, datagrams(ear), options);
  t.after(() => socket.close());
  await ear.told("opened");
  return { socket, ear };
}

function datagrams(ear: Ear): Parameters<Network["bind"]>[1] {
  return {
    opened: () => ear.tell("opened"),
    received(bytes, from) {
      ear.pieces.push(bytes);
      ear.froms.push(from);
      ear.tell("received");
    },
    drained: () => ear.tell("drained"),
    failed(error) {
      ear.error = error;
      ear.tell("failed");
    },
    closed(error) {
      ear.error = error;
      ear.tell("closed");
    },
  };
}

/** A block that shows when bytes are missing, or in another order. */
function block(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255));
}

/** What every stream network must do. @internal */
export function streamsConform(name: string, hosts: (t: TestContext) => Hosts | Promise<Hosts>): void {
  test(`${name} carries bytes both ways, and knows both addresses`, async (t) => {
    const { client, heard, server, theirs } = await connected(t, await hosts(t));
    server.resume();
    client.write([Buffer.from("hello "), Buffer.from("server")]);
    await theirs.until(() => theirs.bytes.length === 12);
    server.write([Buffer.from("hello client")]);
    await heard.until(() => heard.bytes.length === 12);
    assert.deepEqual([theirs.bytes.toString(), heard.bytes.toString()], ["hello server", "hello client"]);
    assert.deepEqual([client.remote, client.local], [server.local, server.remote]);
  });

  test(`${name} ends each direction by itself, and tells of each end and of the close once`, async (t) => {
    const { client, heard, server, theirs } = await connected(t, await hosts(t));
    server.resume();
    client.write([Buffer.from("question")]);
    client.end();
    await theirs.told("ended");
    server.write([Buffer.from("answer")]);
    server.end();
    await Promise.all([heard.told("closed"), theirs.told("closed")]);
    assert.deepEqual([theirs.bytes.toString(), heard.bytes.toString()], ["question", "answer"]);
    assert.deepEqual([heard.error, theirs.error], [undefined, undefined]);
    assert.deepEqual([heard.story.toSorted(), heard.story.at(-1)], [["closed", "ended", "finished", "opened"], "closed"]);
    assert.deepEqual([theirs.story.toSorted(), theirs.story.at(-1)], [["closed", "ended", "finished"], "closed"]);
  });

  test(`${name} reads nothing from a connection that came before resume, and nothing after pause`, async (t) => {
    const { client, server, theirs } = await connected(t, await hosts(t));
    client.write([Buffer.from("early")]);
    client.end();
    server.resume();
    server.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(theirs.bytes.length, 0);
    server.resume();
    await theirs.told("ended");
    assert.equal(theirs.bytes.toString(), "early");
  });

  test(`${name} sends all that was written before the end, and holds who writes to one who does not read`, async (t) => {
    const { client, heard, server, theirs } = await connected(t, await hosts(t));
    const piece = block(1 << 20);
    let written = 0;
    while (client.write([piece]) && written < 64) written++;
    assert.ok(written < 64, "it takes 64 MiB for one who does not read");
    client.end();
    server.resume();
    await theirs.told("ended");
    assert.equal(theirs.bytes.length, (written + 1) * piece.length);
    assert.ok(theirs.bytes.subarray(-piece.length).equals(piece));
    await heard.told("finished");
  });

  test(`${name} tells once that there is room again`, async (t) => {
    const { client, heard, server } = await connected(t, await hosts(t));
    while (client.write([block(1 << 20)]));
    server.resume();
    await heard.told("drained");
    client.end();
    await heard.told("finished");
    assert.deepEqual(heard.story, ["opened", "drained", "finished"]);
  });

  test(`${name} resets when a connection is aborted, and tells the other side why`, async (t) => {
    const { client, heard, server, theirs } = await connected(t, await hosts(t));
    server.resume();
    client.abort();
    client.write([Buffer.from("too late")]);
    await Promise.all([heard.told("closed"), theirs.told("closed")]);
    assert.match(theirs.error?.message ?? "", /^Cannot stay connected to .*: the other side cut the connection \(ECONNRESET\)$/);
    assert.deepEqual([heard.error, theirs.bytes.length], [undefined, 0]);
  });

  test(`${name} does not cut off what has been sent to its end`, async (t) => {
    const { client, heard, server, theirs } = await connected(t, await hosts(t));
    server.resume();
    client.write([block(100_000)]);
    client.end();
    await heard.told("finished");
    client.abort();
    await theirs.told("ended");
    assert.equal(theirs.bytes.length, 100_000);
    server.end();
    await theirs.told("closed");
    assert.equal(theirs.error, undefined);
  });

  test(`${name} says why it cannot connect, and tells nothing before the call has returned`, async (t) => {
    const { one, other, otherAddress } = await hosts(t);
    const { at, listener: gone, ear } = await listener(t, other, otherAddress);
    gone.close();
    await ear.told("closed");
    const heard = new Ear();
    one.connect({ host: otherAddress, port: at.port }, heard.connection);
    assert.deepEqual(heard.log, []);
    await heard.told("closed");
    assert.equal(
      heard.error?.message,
      `Cannot connect to ${otherAddress.includes(":") ? `[${otherAddress}]` : otherAddress}:${at.port}: nobody listens there (ECONNREFUSED)`,
    );
    assert.deepEqual(heard.log, ["closed"]);
    assert.throws(() => one.connect({ host: otherAddress, port: 70_000 }, heard.connection), RangeError);
  });

  test(`${name} says why it cannot listen`, async (t) => {
    const { other, otherAddress } = await hosts(t);
    const { at } = await listener(t, other, otherAddress);
    const reasons: (string | undefined)[] = [];
    for (const place of [
      { host: otherAddress, port: at.port },
      { host: "203.0.113.1", port: 0 },
    ]) {
      const ear = new Ear();
      other.listen(place, {
        listening: () => ear.tell("listening"),
        accepted: () => new Ear().connection,
        closed: (error) => {
          ear.error = error;
          ear.tell("closed");
        },
      });
      await ear.told("closed");
      reasons.push(/\((\w+)\)/.exec(ear.error?.message ?? "")?.[1]);
    }
    assert.deepEqual(reasons, ["EADDRINUSE", "EADDRNOTAVAIL"]);
  });

  test(`${name} keeps the connections of a listener that has closed`, async (t) => {
    const all = await hosts(t);
    const { at, listener: closing, ear, accepted } = await listener(t, all.other, all.otherAddress);
    const heard = new Ear();
    const client = all.one.connect({ host: all.otherAddress, port: at.port }, heard.connection);
    const { connection: server, ear: theirs } = await accepted();
    closing.close();
    server.resume();
    client.write([Buffer.from("still here")]);
    client.end();
    await theirs.told("ended");
    server.end();
    await heard.told("closed");
    await ear.told("closed");
    assert.equal(theirs.bytes.toString(), "still here");
  });
}

/** What every datagram network must do. @internal */
export function datagramsConform(name: string, hosts: (t: TestContext) => Hosts | Promise<Hosts>): void {
  test(`${name} carries datagrams of 0 bytes up to the most there can be (65,507 over IPv4), and says where they are from`, async (t) => {
    const { one, other, oneAddress, otherAddress } = await hosts(t);
    const { most } = kindOf(oneAddress);
    const { socket: sender } = await bound(t, one, oneAddress);
    const { socket: receiver, ear } = await bound(t, other, otherAddress);
    for (const size of [0, 1, 1472, 9000, most]) {
      const before = ear.pieces.length;
      sender.send(block(size), receiver.local);
      await ear.until(() => ear.pieces.length > before);
      assert.ok(block(size).equals(ear.pieces.at(-1)!), `${size} bytes`);
    }
    assert.deepEqual(ear.froms.at(-1), sender.local);
  });

  test(`${name} says which datagram was too large, and goes on`, async (t) => {
    const { one, other, oneAddress, otherAddress } = await hosts(t);
    const { socket: sender, ear: heard } = await bound(t, one, oneAddress);
    const { socket: receiver, ear } = await bound(t, other, otherAddress);
    sender.send(block(kindOf(oneAddress).most + 1), receiver.local);
    assert.deepEqual(heard.log, ["opened"]);
    await heard.told("failed");
    assert.match(heard.error?.message ?? "", /^Cannot send .*\(EMSGSIZE\)/);
    sender.send(block(10), receiver.local);
    await ear.told("received");
  });

  test(`${name} hears only its peer, and hears when nobody is there`, async (t) => {
    const { one, other, oneAddress, otherAddress } = await hosts(t);
    const { socket: stranger } = await bound(t, other, otherAddress);
    const { socket: peer, ear: theirs } = await bound(t, other, otherAddress);
    const options = { peer: { host: otherAddress, port: peer.local.port } };
    const { socket, ear } = await bound(t, one, oneAddress, options);
    socket.send(Buffer.from("ping"));
    await theirs.told("received");
    stranger.send(Buffer.from("boo"), theirs.froms[0]);
    peer.send(Buffer.from("pong"), theirs.froms[0]);
    await ear.told("received");
    assert.equal(ear.bytes.toString(), "pong");
    peer.close();
    await theirs.told("closed");
    socket.send(Buffer.from("ping"));
    await ear.told("failed");
    assert.match(ear.error?.message ?? "", /ECONNREFUSED/);
  });

  test(`${name} says why a socket cannot be opened; several may share a port if all say so`, async (t) => {
    const { other, otherAddress } = await hosts(t);
    const { socket } = await bound(t, other, otherAddress);
    const reasons: (string | undefined)[] = [];
    for (const at of [
      { host: otherAddress, port: socket.local.port },
      { host: "203.0.113.1", port: 0 },
    ]) {
      const ear = new Ear();
      other.bind(at, datagrams(ear));
      await ear.told("closed");
      reasons.push(/\((\w+)\)/.exec(ear.error?.message ?? "")?.[1]);
    }
    assert.deepEqual(reasons, ["EADDRINUSE", "EADDRNOTAVAIL"]);
    const { all } = kindOf(otherAddress);
    const { socket: first } = await bound(t, other, all, { reuseAddress: true });
    await bound(t, other, all, { reuseAddress: true }, first.local.port);
    assert.throws(() => other.bind({ host: otherAddress, port: -1 }, datagrams(new Ear())), RangeError);
  });

  test(`${name} closes a socket once, and tells nothing after that`, async (t) => {
    const { one, other, oneAddress, otherAddress } = await hosts(t);
    const { socket: sender } = await bound(t, one, oneAddress);
    const { socket, ear } = await bound(t, other, otherAddress);
    const { local } = socket;
    socket.close();
    socket.close();
    await ear.told("closed");
    sender.send(Buffer.from("anybody?"), local);
    socket.send(Buffer.from("no"), sender.local);
    socket.pause();
    socket.resume();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(ear.log, ["opened", "closed"]);
    assert.equal(ear.error, undefined);
  });

  test(`${name} hands over nothing while a socket is paused, and then what came meanwhile`, async (t) => {
    const { one, other, oneAddress, otherAddress } = await hosts(t);
    const { socket: sender } = await bound(t, one, oneAddress);
    const { socket, ear } = await bound(t, other, otherAddress);
    socket.pause();
    for (let i = 0; i < 5; i++) sender.send(Buffer.from([i]), socket.local);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(ear.pieces.length, 0);
    socket.resume();
    await ear.until(() => ear.pieces.length === 5);
    assert.deepEqual([...ear.bytes], [0, 1, 2, 3, 4]);
  });

  test(`${name} carries what is sent to a group to its members, until they leave it`, async (t) => {
    const { one, other, oneAddress, otherAddress, oneInterface = oneAddress, otherInterface = otherAddress } = await hosts(t);
    const { group, all } = kindOf(otherAddress);
    const port = portOfGroups();
    const options = { reuseAddress: true, groups: [{ group, interface: otherInterface }] };
    const first = await bound(t, other, all, options, port);
    const second = await bound(t, other, all, { reuseAddress: true }, port);
    second.socket.join(group, { interface: otherInterface });
    const { socket: sender } = await bound(t, one, oneAddress, { multicastInterface: oneInterface, multicastTTL: 4 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    sender.send(Buffer.from("all"), { address: group, port });
    await Promise.all([first.ear.told("received"), second.ear.told("received")]);
    first.socket.leave(group, { interface: otherInterface });
    await new Promise((resolve) => setTimeout(resolve, 20));
    sender.send(Buffer.from("one"), { address: group, port });
    await second.ear.until(() => second.ear.pieces.length === 2);
    assert.equal(second.ear.bytes.toString(), "allone");
    assert.deepEqual(second.ear.froms, [sender.local, sender.local]);
  });

  test(`${name} carries what is sent to a group to those that want to hear that sender, if they want only one (SSM)`, async (t) => {
    const { one, other, oneAddress, otherAddress, oneInterface = oneAddress, otherInterface = otherAddress } = await hosts(t);
    const { group } = kindOf(otherAddress);
    const port = portOfGroups();
    const hears = async (source: string): Promise<Ear> => {
      const wants = { group: groupOf(source), source, interface: otherInterface };
      return (await bound(t, other, groupOf(source), { reuseAddress: true, groups: [wants] }, port)).ear;
    };
    // two groups, because of two members of one group some systems let both hear what one asked for
    const groupOf = (source: string): string => (source === oneAddress ? group : group.replace(/9$/, "8"));
    const [friend, stranger] = [await hears(oneAddress), await hears(kindOf(otherAddress).all === "::" ? "fd99::1" : "203.0.113.1")];
    const { socket: sender } = await bound(t, one, oneAddress, { multicastInterface: oneInterface, multicastTTL: 4 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const address of [group.replace(/9$/, "8"), group]) sender.send(Buffer.from(address), { address, port });
    await friend.told("received");
    assert.deepEqual([friend.bytes.toString(), friend.froms, stranger.pieces.length], [group, [sender.local], 0]);
  });
}

let groupPorts = 30_000 + (process.pid % 25_000);

/** A port for groups: several sockets are to share it, so it cannot be chosen by the system. */
function portOfGroups(): number {
  return groupPorts++;
}
