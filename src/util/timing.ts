// SPDX-License-Identifier: Apache-2.0

/** Milliseconds that the rounding of fractions may amount to: what is due by then is due now. @internal */
export const ROUNDING = 1e-6;
