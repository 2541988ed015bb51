// SPDX-License-Identifier: Apache-2.0
// Goroutines with two channels each, asleep on a receive.
package main

import (
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const units = 100_000

type unit struct{ in, out chan int }

func sleeper(u unit, ready *sync.WaitGroup) {
	ready.Done()
	for n := range u.in {
		u.out <- n
	}
}

func make_(count int) []unit {
	var ready sync.WaitGroup
	ready.Add(count)
	all := make([]unit, count)
	for i := range all {
		all[i] = unit{make(chan int), make(chan int)}
		go sleeper(all[i], &ready)
	}
	ready.Wait()
	runtime.Gosched()
	return all
}

// Heap and stacks in use, and what the process takes from the machine.
func memory() (used, resident float64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		panic(err)
	}
	return float64(m.HeapAlloc + m.StackInuse + m.MSpanInuse + m.OtherSys), float64(pages * os.Getpagesize())
}

func main() {
	row := "Go: a goroutine and two channels"
	if os.Args[1] == "bytes" {
		warm := make_(10)
		used, resident := memory()
		kept := make_(units)
		usedAfter, residentAfter := memory()
		report(measurement{
			Work: "idle-bytes", Row: row, Unit: "bytes each", Value: (usedAfter - used) / units,
			Also: map[string]float64{"resident bytes": math.Round((residentAfter - resident) / units)},
		})
		runtime.KeepAlive(warm)
		runtime.KeepAlive(kept)
		return
	}
	before, start := cpuTime(), time.Now()
	kept := make_(units)
	elapsed := time.Since(start)
	report(measurement{
		Work: "idle-time", Row: row, Unit: "µs each", Value: float64(elapsed.Microseconds()) / units,
		CPU: (cpuTime() - before).Seconds() / elapsed.Seconds(),
	})
	runtime.KeepAlive(kept)
}
