// SPDX-License-Identifier: Apache-2.0
/**
 * The toy box: small parts that fit everywhere.
 *
 * @module
 */
export { Backplane, type BackplaneOptions } from "./Backplane.ts";
export { backplaneName, type BackplaneName } from "./backplaneName.ts";
export { Batch, type BatchOptions } from "./Batch.ts";
export { Behaviour, type BehaviourCommand, type BehaviourOptions } from "./Behaviour.ts";
export { bouncingFloat, cartesianPingPong, continuousIdentity, loopingCounter } from "./behaviours.ts";
export { ByteRate_RequestControl } from "./ByteRate_RequestControl.ts";
export { Cache, type CacheOptions } from "./Cache.ts";
export type { Failed } from "./calls.ts";
export { Chargen } from "./Chargen.ts";
export { type Choice, Chooser, type ChooserOptions } from "./Chooser.ts";
export { Chunkifier, type ChunkifierOptions } from "./Chunkifier.ts";
export { ChunkNamer } from "./ChunkNamer.ts";
export { Collate } from "./Collate.ts";
export { Comparator } from "./Comparator.ts";
export { ConsoleEchoer, type ConsoleEchoerOptions } from "./ConsoleEchoer.ts";
export { ConsoleReader, type ConsoleReaderOptions } from "./ConsoleReader.ts";
export { DataSource } from "./DataSource.ts";
export { Debounce, type DebounceOptions } from "./Debounce.ts";
export { Dedupe, type DedupeOptions } from "./Dedupe.ts";
export { Delay, type DelayOptions } from "./Delay.ts";
export { DeMarshaller, type DeMarshalling } from "./DeMarshaller.ts";
export { Detuple } from "./Detuple.ts";
export { Fanout, type FanoutTo } from "./Fanout.ts";
export { Filter, type Filtering } from "./Filter.ts";
export { FirstOnly } from "./FirstOnly.ts";
export { FlatMap } from "./FlatMap.ts";
export { ForwardIteratingChooser } from "./ForwardIteratingChooser.ts";
export { GroupBy, type GroupByOptions } from "./GroupBy.ts";
export type { InputsOf } from "./inputs.ts";
export { InterpreterTransformer, type InterpreterTransformerOptions } from "./InterpreterTransformer.ts";
export type { Overlong } from "./lines.ts";
export { LineSplit, type LineSplitOptions } from "./LineSplit.ts";
export { LossyConnector, type LossyConnectorOptions } from "./LossyConnector.ts";
export { MapAsync, type MapAsyncOptions } from "./MapAsync.ts";
export { Marshaller, type Marshalling } from "./Marshaller.ts";
export { type Comparable, Max } from "./Max.ts";
export { Merge } from "./Merge.ts";
export { MessageRateLimit, type MessageRateLimitOptions } from "./MessageRateLimit.ts";
export { NullSink } from "./NullSink.ts";
export { OnDemandLimit } from "./OnDemandLimit.ts";
export { OneShot } from "./OneShot.ts";
export { PassThrough, type PassThroughOptions } from "./PassThrough.ts";
export { Plug, type Plugged, type Socket } from "./Plug.ts";
export { PromptedTurnstile, type PromptedTurnstileOptions } from "./PromptedTurnstile.ts";
export { PublishTo, type PublishToOptions } from "./PublishTo.ts";
export { PureTransformer } from "./PureTransformer.ts";
export { type Range, RangeFilter } from "./RangeFilter.ts";
export { RateChunker, type RateChunkerOptions } from "./RateChunker.ts";
export { Reduce } from "./Reduce.ts";
export { RegisterService } from "./RegisterService.ts";
export type { ByteRateOptions } from "./requests.ts";
export { Retry, type RetryOptions } from "./Retry.ts";
export { Scan } from "./Scan.ts";
export { SequentialTransformer, type Step } from "./SequentialTransformer.ts";
export { type AddSink, addsink, type RemoveSink, removesink, type Sink, type SinkChange, type SinkOptions } from "./sinks.ts";
export { Skip } from "./Skip.ts";
export { Splitter } from "./Splitter.ts";
export { Stringify } from "./Stringify.ts";
export { type ServiceRequest, Subscribe } from "./Subscribe.ts";
export { SubscribeTo, type SubscribeToOptions, type WhenFull } from "./SubscribeTo.ts";
export { Sync } from "./Sync.ts";
export { TagWithSequenceNumber, type TagWithSequenceNumberOptions } from "./TagWithSequenceNumber.ts";
export { Take } from "./Take.ts";
export { Tap } from "./Tap.ts";
export { TestResult } from "./TestResult.ts";
export { Throttle, type ThrottleOptions } from "./Throttle.ts";
export { Ticker, type TickerOptions } from "./Ticker.ts";
export { Timeout, type TimeoutOptions } from "./Timeout.ts";
export {
  lines_to_tokenlists,
  type MalformedLine,
  type TokenList,
  tokenlists_to_lines,
  type TokenReaderOptions,
  type TokenWriterOptions,
} from "./Tokenisation.ts";
export { ToService } from "./ToService.ts";
export { Transformer } from "./Transformer.ts";
export type { Call } from "./trial.ts";
export { TriggeredOneShot } from "./TriggeredOneShot.ts";
export { TriggeredSource } from "./TriggeredSource.ts";
export { TwoWaySplitter } from "./TwoWaySplitter.ts";
export { UnseenOnly, type UnseenOnlyOptions } from "./UnseenOnly.ts";
export { VariableByteRate_RequestControl } from "./VariableByteRate_RequestControl.ts";
export { type CountedWindow, type TimedWindow, Window } from "./Window.ts";
export { Zip } from "./Zip.ts";
