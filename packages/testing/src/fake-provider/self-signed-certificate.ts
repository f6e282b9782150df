import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface CertificateOptions {
  /** Names and addresses it is for. Default: `localhost`, `127.0.0.1` and `::1`. */
  readonly names?: readonly string[];
  /** Default: yesterday. */
  readonly validFrom?: Date;
  /** Default: in a year. A past date makes an expired certificate. */
  readonly validTo?: Date;
}

export interface SelfSignedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const DAY = 86_400_000;

/**
 * A new key and a certificate signed by itself, which no client trusts unless it is told to (`ca`, `NODE_EXTRA_CA_CERTS`).
 *
 * X.509 version 3 (RFC 5280), ECDSA on P-256 with SHA-256, written out here because Node signs and reads certificates but makes none.
 */
export function selfSignedCertificate(options: CertificateOptions = {}): SelfSignedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = options.names ?? ['localhost', '127.0.0.1', '::1'];
  const from = options.validFrom ?? new Date(Date.now() - DAY);
  const to = options.validTo ?? new Date(Date.now() + 365 * DAY);
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const who = sequence(set(sequence(oid(OID.commonName), tlv(0x0c, Buffer.from(names[0] ?? 'localhost')))));
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number, positive
    algorithm,
    who, // issuer
    sequence(time(from), time(to)),
    who, // subject
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        extension(OID.basicConstraints, sequence(TRUE)), // may sign, as it signs itself
        extension(OID.subjectAltName, sequence(...names.map(generalName))),
      ),
    ),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const der = sequence(body, algorithm, signature);
  return { certificate: pem(der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const OID = {
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
  commonName: [2, 5, 4, 3],
  basicConstraints: [2, 5, 29, 19],
  subjectAltName: [2, 5, 29, 17],
} as const;

const TRUE = Buffer.from([0x01, 0x01, 0xff]);

/** DER: tag, length, value. */
function tlv(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x31, Buffer.concat(parts));
}

function integer(bytes: Uint8Array): Buffer {
  return tlv(0x02, bytes);
}

function oid([first, second, ...rest]: readonly [number, number, ...number[]]): Buffer {
  return tlv(0x06, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
  return digits;
}

/** GeneralizedTime, which has no trouble with the year 2050. */
function time(date: Date): Buffer {
  return tlv(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`));
}

function extension(id: readonly [number, number, ...number[]], value: Uint8Array): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

/** A name, or the bytes of an address. */
function generalName(name: string): Buffer {
  if (/^\d+(\.\d+){3}$/.test(name)) return tlv(0x87, Buffer.from(name.split('.').map(Number)));
  if (name === '::1') return tlv(0x87, Buffer.from([...Array.from({ length: 15 }, () => 0), 1]));
  return tlv(0x82, Buffer.from(name));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
