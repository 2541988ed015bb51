// SPDX-License-Identifier: Apache-2.0
package main

import "fmt"

const messages = 200_000

func numbers(out chan<- int) {
	for n := 0; n < messages; n++ {
		out <- n
	}
	close(out)
}

func addOne(in <-chan int, out chan<- int) {
	for n := range in {
		out <- n + 1
	}
	close(out)
}

func main() {
	size := capacity()
	measure("pipeline", fmt.Sprintf("Go channels of %d", size), "million hops/s", func() int {
		a, b, c, d := make(chan int, size), make(chan int, size), make(chan int, size), make(chan int, size)
		go numbers(a)
		go addOne(a, b)
		go addOne(b, c)
		go addOne(c, d)
		count, sum := 0, 0
		for n := range d {
			count++
			sum += n
		}
		check("the number of messages", count, messages)
		check("their sum", sum, messages*(messages-1)/2+3*messages)
		return 4 * messages
	})
}
