// SPDX-License-Identifier: Apache-2.0
// Somebody's page: what bundles for a browser has no Node.js in it.
export * from "kamaelia/axon";
export * from "kamaelia/chassis";
