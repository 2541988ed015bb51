// SPDX-License-Identifier: Apache-2.0
package main

import "fmt"

const messages = 200_000

func pong(in <-chan int, out chan<- int) {
	for n := range in {
		out <- n + 1
	}
}

func main() {
	size := capacity()
	measure("ping-pong", fmt.Sprintf("Go channels of %d", size), "million messages/s", func() int {
		there, back := make(chan int, size), make(chan int, size)
		go pong(there, back)
		last := 0
		there <- 0
		for last < messages-1 {
			last = <-back
			if last < messages-1 {
				there <- last + 1
			}
		}
		close(there)
		check("the last ball", last, messages-1)
		return messages
	})
}
