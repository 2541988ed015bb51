// SPDX-License-Identifier: Apache-2.0
/**
 * SAP: announcements of sessions, RFC 2974.
 *
 * @module
 */
export { packSAP, parseSAP, SAP_ADDRESS, SAP_PORT, type SAPAnnouncement } from "./packet.ts";
export { SAPAnnouncer, type SAPAnnouncerOptions, type SAPRequest } from "./SAPAnnouncer.ts";
export { type SAPEvent, SAPListener, type SAPListenerOptions } from "./SAPListener.ts";
