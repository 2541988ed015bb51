// SPDX-License-Identifier: Apache-2.0
package main

import (
	"fmt"
	"sync"
)

const messages = 20_000
const readers = 100

type tally struct{ count, sum int }

func read(in <-chan int, t *tally, done *sync.WaitGroup) {
	for n := range in {
		t.count++
		t.sum += n
	}
	done.Done()
}

func main() {
	size := capacity()
	measure("fan-out", fmt.Sprintf("Go channels of %d", size), "million deliveries/s", func() int {
		var done sync.WaitGroup
		tallies := make([]tally, readers)
		outs := make([]chan int, readers)
		done.Add(readers)
		for i := range outs {
			outs[i] = make(chan int, size)
			go read(outs[i], &tallies[i], &done)
		}
		for n := 0; n < messages; n++ {
			for _, out := range outs {
				out <- n
			}
		}
		for _, out := range outs {
			close(out)
		}
		done.Wait()
		for _, t := range tallies {
			check("the number of messages", t.count, messages)
			check("their sum", t.sum, messages*(messages-1)/2)
		}
		return messages * readers
	})
}
