// SPDX-License-Identifier: Apache-2.0
/**
 * Files, directories and other programs as components.
 *
 * A fault of the operating system (a full disk, a file that is not there) is a {@link FileError} that leaves by the box "error", if that is linked; otherwise
 * the component fails with it. Whatever happens, files are closed when their component has ended.
 *
 * @module
 */
export { Append, type AppendOptions } from "./Append.ts";
export { AtomicFileWriter, type AtomicFileWriterOptions } from "./AtomicFileWriter.ts";
export { DirectoryWatcher, type DirectoryWatcherOptions } from "./DirectoryWatcher.ts";
export { asFileError } from "./faults.ts";
export { FileError, type FileFault } from "./FileError.ts";
export { FixedRateControlledReusableFileReader } from "./FixedRateControlledReusableFileReader.ts";
export { FollowingFileReader, type FollowingFileReaderOptions } from "./FollowingFileReader.ts";
export { PromptedFileReader, type PromptedFileReaderOptions } from "./PromptedFileReader.ts";
export { RateControlledFileReader, type RateControlledFileReaderOptions, type RateControlledReader } from "./RateControlledFileReader.ts";
export { RateControlledReusableFileReader, type RatedFile } from "./RateControlledReusableFileReader.ts";
export type { Piece, ReadMode } from "./reading.ts";
export { ReusableFileReader } from "./ReusableFileReader.ts";
export { RotatingFileWriter, type RotatingFileWriterOptions } from "./RotatingFileWriter.ts";
export { SimpleFileWriter, type SimpleFileWriterOptions } from "./SimpleFileWriter.ts";
export { SimpleReader, type SimpleReaderOptions } from "./SimpleReader.ts";
export { TriggeredFileReader, type TriggeredFileReaderOptions } from "./TriggeredFileReader.ts";
export { type Exit, UnixProcess, type UnixProcessOptions } from "./UnixProcess.ts";
export { WholeFileWriter, type WholeFileWriterOptions } from "./WholeFileWriter.ts";
export type { Data } from "./writing.ts";
