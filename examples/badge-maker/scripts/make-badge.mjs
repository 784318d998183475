#!/usr/bin/env node
// make-badge.mjs --label TEXT --text TEXT [--colour green|red|yellow|blue|grey] [--output FILE]
// Draws a badge as a PNG file (8-bit palette, zlib) with a 5 by 7 font of its own. Exit codes: 0 done, 2 usage.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as zlib from 'node:zlib';

const colours = { green: 0x2e8b3d, red: 0xc0392b, yellow: 0xb8860b, blue: 0x2a6fb0, grey: 0x707070 };
const label = { ground: 0, letter: 2 };
const word = { ground: 1, letter: 2 };
const longest = 24;
const scale = 2;
const padding = 6;
const height = 7 * scale + 2 * padding;

// each letter is seven rows of five bits, two hexadecimal digits a row
const font = Object.fromEntries(
  `a 00000e010f110f|b 10101619111e00|c 00000e10110e00|d 01010d13110f00|e 00000e111f100e|f 0609081c080808|g 000f110f01110e
h 10101619111111|i 04000c0404040e|j 0200060202120c|k 10101214181412|l 0c04040404040e|m 00001a15151511|n 00001619111111
o 00000e1111110e|p 00001e111e1010|q 00000d130f0101|r 00001619101010|s 00000e100e011e|t 08081c0808090600|u 0000111111130d
v 00001111110a04|w 0000111115150a|x 0000110a040a11|y 000011110f010e|z 00001f0204081f|0 0e11131519110e|1 040c040404040e
2 0e11010204081f|3 1f02040201110e|4 02060a121f0202|5 1f101e0101110e|6 0608101e11110e|7 1f010204080808|8 0e11110e11110e
9 0e11110f01020c|. 00000000000c0c|- 0000001f000000|% 18190204081303|/ 00010204081000|: 000c0c000c0c00|  00000000000000`
    .split(/[|\n]/)
    .map((entry) => [entry[0], entry.slice(2)]),
);
const box = '1f11111111111f';

function fail(message) {
  console.error(`make-badge: ${message}`);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        label: { type: 'string' },
        text: { type: 'string' },
        colour: { type: 'string', default: 'green' },
        output: { type: 'string', default: 'badge.png' },
      },
    });
    return values;
  } catch (error) {
    return fail(error.message);
  }
}

function widthOf(text) {
  return text.length * 6 * scale - scale + 2 * padding;
}

/** Draws `text` with its ground into the rows of pixels, from column `left` on. */
function draw(rows, text, left, { ground, letter }) {
  for (const row of rows) row.fill(ground, left, left + widthOf(text));
  for (const [index, sign] of [...text.toLowerCase()].entries()) {
    const glyph = font[sign] ?? box;
    for (let y = 0; y < 7 * scale; y++) {
      const bits = Number.parseInt(glyph.slice(2 * Math.floor(y / scale), 2 * Math.floor(y / scale) + 2), 16);
      for (let x = 0; x < 5 * scale; x++) {
        const lit = (bits >> (4 - Math.floor(x / scale))) & 1;
        if (lit) rows[padding + y][left + padding + index * 6 * scale + x] = letter;
      }
    }
  }
}

// zlib.crc32 came with Node 20.15 and 22.2
function crc32(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** A chunk of a PNG file: length, type, data, checksum (PNG specification, section 5.3). */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function png(rows, palette) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0].length, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits a pixel, colours from the palette
  const colourBytes = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const pixels = Buffer.concat(rows.map((row) => Buffer.concat([Buffer.from([0]), row])));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', colourBytes),
    chunk('IDAT', zlib.deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const options = readOptions();
for (const name of ['label', 'text']) {
  if (!options[name]) fail(`--${name} is missing`);
  if (options[name].length > longest) fail(`--${name} has more than ${longest} characters`);
}
const colour = colours[options.colour];
if (colour === undefined) fail(`--colour is one of ${Object.keys(colours).join(', ')}`);
const rows = Array.from({ length: height }, () => Buffer.alloc(widthOf(options.label) + widthOf(options.text)));
draw(rows, options.label, 0, label);
draw(rows, options.text, widthOf(options.label), word);
writeFileSync(options.output, png(rows, [0x404040, colour, 0xffffff]));
