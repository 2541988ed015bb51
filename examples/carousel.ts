// SPDX-License-Identifier: Apache-2.0
// A jukebox: one singer after another, made to order. When a song is over, the Carousel asks the Chooser for the next one.
import { Carousel, JoinChooserToCarousel, Pipeline } from "kamaelia/chassis";
import { Chooser, ConsoleEchoer, DataSource } from "kamaelia/util";

const songs = {
  boat: ["Row, row, row your boat\n", "gently down the stream.\n"],
  star: ["Twinkle, twinkle, little star,\n", "how I wonder what you are!\n"],
};

/** Sings one song, and ends. */
const Singer = (song: keyof typeof songs) => DataSource([`♪ ${song}\n`, ...songs[song]]);

// #region jukebox
const jukebox = JoinChooserToCarousel(Chooser(["star", "boat"] as const), Carousel(Singer));

await Pipeline(jukebox, ConsoleEchoer()).run();
// #endregion

// Output:
// ♪ star
// Twinkle, twinkle, little star,
// how I wonder what you are!
// ♪ boat
// Row, row, row your boat
// gently down the stream.
