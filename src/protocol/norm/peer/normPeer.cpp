// SPDX-License-Identifier: Apache-2.0
// The other side of the tests: sends or receives with NRL's libnorm. g++ normPeer.cpp -lnorm
//   normPeer send key=value …      what comes on standard input, as objects, or as a stream; or a file
//   normPeer receive key=value …   objects and streams to standard output, each with a line before it
// Keys: group port id loss rate objects info file stream confirm cc seconds grtt
#include <normApi.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <map>
#include <vector>
#include <algorithm>
#include <time.h>

static std::map<std::string, std::string> keys;

static std::string text(const char* key, const char* otherwise = "") {
  auto found = keys.find(key);
  return found == keys.end() ? otherwise : found->second;
}

static double number(const char* key, double otherwise) {
  auto found = keys.find(key);
  return found == keys.end() ? otherwise : atof(found->second.c_str());
}

static double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static std::vector<char> standardInput() {
  std::vector<char> bytes;
  char piece[65536];
  for (size_t count; (count = fread(piece, 1, sizeof piece, stdin)) > 0;) bytes.insert(bytes.end(), piece, piece + count);
  return bytes;
}

/** As much of the stream as can be written now; at its end it is closed. */
static void feed(NormObjectHandle stream, const std::vector<char>& bytes, size_t& written, bool& closed) {
  while (written < bytes.size()) {
    unsigned int count = (unsigned int)std::min<size_t>(bytes.size() - written, 10000);
    unsigned int taken = NormStreamWrite(stream, bytes.data() + written, count);
    if (taken == 0) return;
    written += taken;
  }
  if (closed) return;
  closed = true;
  NormStreamMarkEom(stream);
  NormStreamFlush(stream, true, NORM_FLUSH_ACTIVE);
  NormStreamClose(stream, true);
}

static int send(NormInstanceHandle instance, NormSessionHandle session) {
  std::vector<char> bytes = standardInput();
  std::string info = text("info");
  NormSetTxRate(session, number("rate", 20e6));
  if (number("cc", 0) > 0) NormSetCongestionControl(session, true);
  NormSetGrttEstimate(session, number("grtt", 0.02));
  NormSetBackoffFactor(session, number("backoff", 4));
  NormSetGroupSize(session, 10);
  NormStartSender(session, 4711, 16 << 20, 1400, (UINT16)number("sources", 64), (UINT16)number("parities", 32));
  NormObjectHandle stream = NORM_OBJECT_INVALID;
  NormObjectHandle last = NORM_OBJECT_INVALID;
  size_t written = 0;
  bool closed = false;
  if (number("confirm", 0) > 0) NormAddAckingNode(session, (NormNodeId)number("confirm", 0));
  if (number("stream", 0) > 0) {
    stream = NormStreamOpen(session, 4 << 20);
    feed(stream, bytes, written, closed);
  } else if (text("file") != "") {
    last = NormFileEnqueue(session, text("file").c_str(), info.data(), (unsigned int)info.size());
  } else {
    size_t objects = (size_t)number("objects", 1);
    for (size_t n = 0; n < objects; n++) {
      size_t from = bytes.size() * n / objects, to = bytes.size() * (n + 1) / objects;
      last = NormDataEnqueue(session, bytes.data() + from, (UINT32)(to - from), info.data(), (unsigned int)info.size());
    }
  }
  if (last != NORM_OBJECT_INVALID && number("confirm", 0) > 0) NormSetWatermark(session, last);
  fprintf(stderr, "sending\n");
  NormEvent event;
  double until = seconds() + number("seconds", 20);
  NormSetUserTimer(session, 0.5);
  while (seconds() < until && NormGetNextEvent(instance, &event)) {
    if (event.type == NORM_USER_TIMEOUT) NormSetUserTimer(session, 0.5);
    if (stream != NORM_OBJECT_INVALID && !closed && (event.type == NORM_TX_QUEUE_VACANCY || event.type == NORM_TX_QUEUE_EMPTY || event.type == NORM_USER_TIMEOUT))
      feed(stream, bytes, written, closed);
    if (event.type == NORM_TX_WATERMARK_COMPLETED) {
      bool all = NormGetAckingStatus(session) == NORM_ACK_SUCCESS;
      fprintf(stderr, "watermark %s\n", all ? "success" : "failure");
      break;
    }
    if (event.type == NORM_TX_FLUSH_COMPLETED && number("confirm", 0) == 0 && (stream == NORM_OBJECT_INVALID || closed)) break;
  }
  fprintf(stderr, "sent at %.0f\n", NormGetTxRate(session));
  NormStopSender(session);
  return 0;
}

static int receive(NormInstanceHandle instance, NormSessionHandle session) {
  NormSetDefaultSyncPolicy(session, NORM_SYNC_ALL);
  NormStartReceiver(session, 32 << 20);
  fprintf(stderr, "receiving\n");
  int left = (int)number("objects", 1);
  std::vector<char> stream;
  NormEvent event;
  double until = seconds() + number("seconds", 20);
  NormSetUserTimer(session, 0.5);
  while (left > 0 && seconds() < until && NormGetNextEvent(instance, &event)) {
    if (event.type == NORM_USER_TIMEOUT) NormSetUserTimer(session, 0.5);
    if (event.type == NORM_RX_OBJECT_ABORTED) fprintf(stderr, "aborted\n");
    bool isStream = event.object != NORM_OBJECT_INVALID && NormObjectGetType(event.object) == NORM_OBJECT_STREAM;
    if (isStream && (event.type == NORM_RX_OBJECT_UPDATED || event.type == NORM_RX_OBJECT_COMPLETED)) {
      char piece[65536];
      for (;;) {
        unsigned int count = sizeof piece;
        if (!NormStreamRead(event.object, piece, &count)) {
          fprintf(stderr, "broken\n");
          return 2;
        }
        if (count == 0) break;
        stream.insert(stream.end(), piece, piece + count);
      }
    }
    if (event.type != NORM_RX_OBJECT_COMPLETED) continue;
    left--;
    if (isStream) {
      printf("stream %zu\n", stream.size());
      fwrite(stream.data(), 1, stream.size(), stdout);
    } else if (NormObjectGetType(event.object) == NORM_OBJECT_DATA) {
      char info[2000] = "";
      UINT16 length = NormObjectHasInfo(event.object) ? NormObjectGetInfo(event.object, info, sizeof info - 1) : 0;
      info[length] = 0;
      printf("data %zu %s\n", (size_t)NormObjectGetSize(event.object), info);
      fwrite(NormDataAccessData(event.object), 1, (size_t)NormObjectGetSize(event.object), stdout);
    } else {
      char name[2000] = "", info[2000] = "";
      NormFileGetName(event.object, name, sizeof name);
      UINT16 length = NormObjectGetInfo(event.object, info, sizeof info - 1);
      info[length] = 0;
      printf("file %zu %s\n", (size_t)NormObjectGetSize(event.object), info);
      FILE* file = fopen(name, "rb");
      char piece[65536];
      for (size_t count; file != NULL && (count = fread(piece, 1, sizeof piece, file)) > 0;) fwrite(piece, 1, count, stdout);
      if (file != NULL) fclose(file);
    }
    fflush(stdout);
  }
  double stay = seconds() + number("stay", 0);
  while (seconds() < stay && NormGetNextEvent(instance, &event))
    if (event.type == NORM_USER_TIMEOUT) NormSetUserTimer(session, 0.1);
  NormStopReceiver(session);
  return left == 0 ? 0 : 1;
}

int main(int count, char** words) {
  for (int i = 2; i < count; i++) {
    char* value = strchr(words[i], '=');
    if (value != NULL) keys[std::string(words[i], value - words[i])] = value + 1;
  }
  NormInstanceHandle instance = NormCreateInstance();
  if (text("folder") != "") NormSetCacheDirectory(instance, text("folder").c_str());
  NormSessionHandle session =
    NormCreateSession(instance, text("group", "224.1.2.3").c_str(), (UINT16)number("port", 6003), (NormNodeId)number("id", 7));
  NormSetRxPortReuse(session, true);
  NormSetMulticastInterface(session, text("interface", "lo").c_str());
  NormSetMulticastLoopback(session, true);
  NormSetTTL(session, 1);
  if (number("debug", 0) > 0) NormSetDebugLevel((unsigned)number("debug", 0));
  if (number("trace", 0) > 0) NormSetMessageTrace(session, true);
  NormSetRxLoss(session, number("loss", 0));
  NormSetTxLoss(session, number("loss", 0));
  bool sends = count > 1 && strcmp(words[1], "send") == 0;
  int result = sends ? send(instance, session) : receive(instance, session);
  NormDestroySession(session);
  NormDestroyInstance(instance);
  return result;
}
