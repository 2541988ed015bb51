// SPDX-License-Identifier: Apache-2.0
// The same as measure.ts, for rows in Go. It is compiled together with each row.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// What a row prints: one line of JSON.
type measurement struct {
	Work  string             `json:"work"`
	Row   string             `json:"row"`
	Unit  string             `json:"unit"`
	Value float64            `json:"value"`
	CPU   float64            `json:"cpu,omitempty"`
	Also  map[string]float64 `json:"also,omitempty"`
}

// Repeats a pass until the time is long enough to be measured, and prints how many millions were done in a second.
func measure(work, row, unit string, pass func() int) {
	repeat(pass, milliseconds("BENCH_WARM_MS", 500))
	before := cpuTime()
	done, elapsed := repeat(pass, milliseconds("BENCH_MS", 1500))
	report(measurement{
		Work: work, Row: row, Unit: unit,
		Value: float64(done) / elapsed.Seconds() / 1e6,
		CPU:   (cpuTime() - before).Seconds() / elapsed.Seconds(),
	})
}

func report(m measurement) {
	line, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

// Fails the row if what came out at its end is not what must come out.
func check(what string, actual, expected int) {
	if actual != expected {
		panic(fmt.Sprintf("Cannot count this pass: %s is %d, not %d", what, actual, expected))
	}
}

func repeat(pass func() int, atLeast time.Duration) (done int, elapsed time.Duration) {
	start := time.Now()
	for elapsed < atLeast {
		done += pass()
		elapsed = time.Since(start)
	}
	return done, elapsed
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func milliseconds(name string, usual int) time.Duration {
	if set, err := strconv.Atoi(os.Getenv(name)); err == nil {
		usual = set
	}
	return time.Duration(usual) * time.Millisecond
}

// The capacity of the channels, which is the row's only argument.
func capacity() int {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	return n
}
