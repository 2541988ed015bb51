// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1, RFC 9110 and 9112.
 *
 * @module
 */
export { combinedLogLine, jsonLogLine } from "./accessLog.ts";
export { type Cookie, CookieJar, type CookieJarOptions } from "./client/CookieJar.ts";
export type { HTTPFailure, HTTPPhase } from "./client/failures.ts";
export type { HTTPBody } from "./client/bodies.ts";
export { HTTPClient, type HTTPClientManner } from "./client/HTTPClient.ts";
export { HTTPDownload, type HTTPDownloaded, type HTTPDownloadRequest } from "./client/HTTPDownload.ts";
export { HTTPPool, type HTTPPoolOptions } from "./client/HTTPPool.ts";
export { HTTPUpload, type HTTPUploadOptions } from "./client/HTTPUpload.ts";
export { type ProxyChoice, proxyFromEnvironment } from "./client/proxy.ts";
export type { HTTPAsked, ParsedHTTPRedirect } from "./client/request.ts";
export { type HTTPResponse, type HTTPResponseBody, type HTTPResponseHead, type HTTPStreamedResponse, textOf } from "./client/response.ts";
export type { HTTPClientOptions } from "./client/settings.ts";
export { type ErrorPages, getErrorPage } from "./errorPages.ts";
export type { ServerSentEvent } from "../sse/events.ts";
export { EventStream } from "./EventStream.ts";
export { type EventSourceComponent, ServerSentEvents, type ServerSentEventsOptions } from "./ServerSentEvents.ts";
export type { FilesOptions } from "./files.ts";
export type { Answer, Answered, Handler, RequestHandler, Upgrade } from "./handlers.ts";
export { HTTP2Server } from "./http2/HTTP2Server.ts";
export { basicAuth, type BasicAuthOptions, type UserHandler } from "./handlers/basicAuth.ts";
export type { Coding } from "./handlers/codings.ts";
export { compressed, type CompressedOptions } from "./handlers/compressed.ts";
export { connectHandler, type Middleware } from "./handlers/connectHandler.ts";
export { cors, type CORSOptions } from "./handlers/cors.ts";
export { type FetchApplication, fetchHandler, type FetchOptions } from "./handlers/fetchHandler.ts";
export type { DigestAlgorithm } from "./digest.ts";
export { digestAuth, type DigestAuthOptions } from "./handlers/digestAuth.ts";
export type { ReverseProxyOptions } from "./handlers/forwarding.ts";
export { reverseProxy } from "./handlers/reverseProxy.ts";
export { ServerInfo } from "./handlers/ServerInfo.ts";
export { SessionExample } from "./handlers/SessionExample.ts";
export { type Session, SessionHandler, type SessionRequestHandler, sessions, type SessionsOptions } from "./handlers/sessions.ts";
export { upload, type UploadedFile, type UploadedForm, type UploadHandler, type UploadOptions } from "./handlers/upload.ts";
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
export type { CompressionOptions } from "../websocket/deflate.ts";
export type { WebSocketClose, WebSocketClosed, WebSocketMessage, WebSocketPiece, WebSocketSent } from "../websocket/messages.ts";
export type { WebSocketOptions } from "../websocket/options.ts";
export { WebSocketConnection, type WebSocketProtocol } from "./WebSocketConnection.ts";
export { WebSocketHandler, type WebSocketHandlerOptions } from "./WebSocketHandler.ts";
export { WebServer, type WebServerOptions } from "./WebServer.ts";
