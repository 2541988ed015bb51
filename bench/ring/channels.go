// SPDX-License-Identifier: Apache-2.0
package main

import "fmt"

const members = 503
const passes = 2_000_000

func member(in <-chan int, out chan<- int, place int, ended chan<- int) {
	for token := range in {
		if token == 0 {
			ended <- place
			break
		}
		out <- token - 1
	}
}

func main() {
	size := capacity()
	measure("ring", fmt.Sprintf("Go channels of %d", size), "million passes/s", func() int {
		ended := make(chan int)
		links := make([]chan int, members)
		for i := range links {
			links[i] = make(chan int, size)
		}
		for i := range links {
			go member(links[i], links[(i+1)%members], i, ended)
		}
		links[1] <- passes - 1
		check("who had the token last", <-ended, passes%members)
		for _, link := range links {
			close(link)
		}
		return passes
	})
}
