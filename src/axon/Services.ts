// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
export class Services {
  forget(_component: Component<any, any>): void {}
}
