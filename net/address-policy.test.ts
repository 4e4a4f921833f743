import { describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from './address-policy.ts';

const policy = createAddressPolicy({ allowCidrs: [] });

describe('refuses', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::808:808',
    '100::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ])('%s', (address) => {
    expect(policy.check(address)).toMatchObject({ allowed: false });
  });

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '010.8.8.8',
    '8.8.8.8 ',
    '１.1.1.1',
    '[::1]',
  ])('%j, which is no canonical address', (text) => {
    expect(policy.check(text)).toEqual({ allowed: false, reason: 'not an IP address' });
  });
});

describe('allows', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2606:4700::1111',
    '2002:808:808::1',
  ])('%s', (address) => {
    expect(policy.check(address)).toEqual({ allowed: true });
  });
});

test('listed networks are allowed, in whatever form they come, and nothing beside them', () => {
  const local = createAddressPolicy({ allowCidrs: ['127.0.0.0/8', 'fd00::/8'] });
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', 'fd12::1']) {
    expect(local.check(address)).toEqual({ allowed: true });
  }
  for (const address of ['::1', '10.0.0.1', '169.254.169.254', 'fc00::1']) {
    expect(local.check(address)).toMatchObject({ allowed: false });
  }
});

test('a malformed network is refused at once', () => {
  for (const cidr of ['127.0.0.1', '10.0.0.0/33', 'x/8', '']) {
    expect(() => createAddressPolicy({ allowCidrs: [cidr] })).toThrow(
      expect.objectContaining({ code: 'net_cidr_invalid' }),
    );
  }
});
