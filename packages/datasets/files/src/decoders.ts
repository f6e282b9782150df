import { isUtf8 } from 'node:buffer';
import { suggestion, TouchstoneError } from '@touchstone/core';
import { libraries } from './libraries.ts';

/** Bytes → text, piece by piece. */
export interface Decoder {
  /** As error messages call it. */
  readonly encoding: string;
  decode(bytes: Buffer): Decoded;
  /** What is left when no more bytes come. */
  end(): Decoded;
}

export interface Decoded {
  readonly text: string;
  /** Behind `text` there are bytes that are none: which ones, or nothing more to say. */
  readonly fault?: string;
}

/**
 * The decoder of an encoding, by any of its usual names.
 * @throws TouchstoneError `unknown-encoding`
 */
export function decoderFor(encoding: string): Decoder {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  if (/^(?:utf-?8|utf-?8-sig|unicode-1-1-utf-8)$/.test(name)) return utf8Decoder();
  if (/^(?:utf-?16(?:-?le)?|ucs-?2|unicode)$/.test(name)) return utf16Decoder('UTF-16LE');
  if (/^utf-?16-?be$/.test(name)) return utf16Decoder('UTF-16BE');
  if (NO_TEXT.test(name) || !libraries.iconv().encodingExists(name)) {
    throw new TouchstoneError(
      'unknown-encoding',
      `There is no encoding '${encoding}'.${suggestion(encoding, COMMON, { list: 'The usual ones are' })}`,
    );
  }
  return legacyDecoder(name);
}

/** What a byte order mark at the very beginning says. */
export function byteOrderMark(start: Buffer): { readonly encoding: string; readonly length: number } | undefined {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (start[0] === 0xff && start[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (start[0] === 0xfe && start[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** iconv-lite knows transfer encodings as well, and UTF-7, which no file of data is written in. */
const NO_TEXT = /^(?:base64|hex|binary|utf-?7.*)$/;

/** For the did-you-mean. */
const COMMON = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'euc-kr', 'cp949', 'shift_jis', 'euc-jp', 'gbk', 'gb18030', 'big5'],
  ...['windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256'],
  ...['windows-1257', 'windows-1258', 'windows-874', 'iso-8859-1', 'iso-8859-2', 'iso-8859-5', 'iso-8859-7', 'iso-8859-9'],
  ...['iso-8859-15', 'latin1', 'koi8-r', 'koi8-u', 'macintosh', 'ascii'],
];

function utf8Decoder(): Decoder {
  /** The beginning of a character whose other bytes come with the next piece. */
  let begun: Buffer = Buffer.alloc(0);
  return {
    encoding: 'UTF-8',
    decode(bytes) {
      const all = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
      const whole = all.subarray(0, all.length - unfinishedBytes(all));
      if (isUtf8(whole)) {
        begun = Buffer.from(all.subarray(whole.length));
        return { text: whole.toString('utf8') };
      }
      const valid = validBytes(whole);
      return { text: whole.toString('utf8', 0, valid), fault: byteText(whole[valid]) };
    },
    end: () => (begun.length === 0 ? { text: '' } : { text: '', fault: byteText(begun[0]) }),
  };
}

/** How many bytes at the end begin a character without ending it: 0 to 3. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) return back;
    if (byte < 0x80 || byte >= 0xc0) return 0;
  }
  return 0;
}

/** Up to where bytes are UTF-8: bisection, because whether a prefix is valid changes once. */
function validBytes(bytes: Buffer): number {
  let [valid, broken] = [0, bytes.length];
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - unfinishedBytes(prefix)))) valid = middle;
    else broken = middle;
  }
  return valid - unfinishedBytes(bytes.subarray(0, valid));
}

function byteText(byte = 0): string {
  return `byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Written out, because it keeps lone surrogates, which TextDecoder replaces. */
function utf16Decoder(encoding: 'UTF-16LE' | 'UTF-16BE'): Decoder {
  let half: Buffer = Buffer.alloc(0);
  return {
    encoding,
    decode(bytes) {
      const all = half.length === 0 ? bytes : Buffer.concat([half, bytes]);
      const even = all.length & ~1;
      half = Buffer.from(all.subarray(even));
      if (encoding === 'UTF-16LE') return { text: all.toString('utf16le', 0, even) };
      return { text: Buffer.from(all.subarray(0, even)).swap16().toString('utf16le') };
    },
    end: () => (half.length === 0 ? { text: '' } : { text: '', fault: 'half a character' }),
  };
}

/**
 * All others are iconv-lite's. Node's TextDecoder would need no library, but is wrong for Korean: its euc-kr stops at
 * KS X 1001 and turns the 8,822 other syllables of cp949 (똠, 펲, …), which every Korean Windows writes, into other characters.
 */
function legacyDecoder(encoding: string): Decoder {
  const decoder = libraries.iconv().getDecoder(encoding, { stripBOM: false });
  // It puts U+FFFD for bytes that are none, and none of these encodings has that character itself.
  const checked = (text: string): Decoded => {
    const at = text.indexOf('\uFFFD');
    return at === -1 ? { text } : { text: text.slice(0, at), fault: '' };
  };
  return { encoding, decode: (bytes) => checked(decoder.write(bytes)), end: () => checked(decoder.end() ?? '') };
}
