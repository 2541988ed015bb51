// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1, RFC 9110 and 9112.
 *
 * @module
 */
export { combinedLogLine, jsonLogLine } from "./accessLog.ts";
export type { HTTPClientOptions, HTTPFailure } from "./asking.ts";
export type { HTTPAsked, ParsedHTTPRedirect } from "./clientRequest.ts";
export { type ErrorPages, getErrorPage } from "./errorPages.ts";
export { EventStream, type ServerSentEvent, ServerSentEvents } from "./EventStream.ts";
export type { FilesOptions } from "./files.ts";
export type { WebSocketMessage } from "./frames.ts";
export type { Answer, Answered, Handler, RequestHandler, Upgrade } from "./handlers.ts";
export { HTTPMakePostRequest } from "./HTTPMakePostRequest.ts";
export { HTTPParser, type HTTPParserOptions } from "./HTTPParser.ts";
export { type HTTPConnections, HTTPProtocol } from "./HTTPProtocol.ts";
export { HTTPServer } from "./HTTPServer.ts";
export type {
  FieldList,
  Fields,
  MessageHeader,
  ParsedHTTP,
  ParsedHTTPBodyChunk,
  ParsedHTTPEnd,
  ParsedHTTPHeader,
  Refused,
  RequestHeader,
  ResponseHeader,
  Sides,
} from "./messages.ts";
export type { ParserLimits } from "./messageParser.ts";
export { Minimal, MinimalFactory } from "./Minimal.ts";
export type { HTTPRequest } from "./request.ts";
export type { Resource, ResourceData, ResourceHeaders } from "./resource.ts";
export { requestHandlers, routes, type Routing } from "./routing.ts";
export type { HTTPServerOptions, ServerTimeouts } from "./serverOptions.ts";
export { SimpleHTTPClient } from "./SimpleHTTPClient.ts";
export { type HTTPAnswered, SingleShotHTTPClient, type SingleShotHTTPClientOptions } from "./SingleShotHTTPClient.ts";
export { WebSocketConnection, type WebSocketOptions, type WebSocketProtocol } from "./WebSocketConnection.ts";
export { WebSocketHandler, type WebSocketHandlerOptions } from "./WebSocketHandler.ts";
export { WebServer, type WebServerOptions } from "./WebServer.ts";
