// SPDX-License-Identifier: Apache-2.0
// What comes is sent back. Says its port.
import { createSocket } from "node:dgram";

const socket = createSocket("udp4");
socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address));
socket.bind(0, "127.0.0.1", () => console.log(socket.address().port));
