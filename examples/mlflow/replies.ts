/** Replies of a shop to its customers, and what the shop promises. */
export const replies = [
  {
    inputs: 'Where is my parcel?',
    predictions:
      'It left our warehouse on Monday and should be with you by Thursday. I am sorry that it takes longer than we said.',
    policy: 'Parcels arrive within three days; who waits longer gets an apology.',
  },
  {
    inputs: 'Can I change the address?',
    predictions: 'Nope, too late, mate.',
    policy: 'Addresses can be changed until the parcel has left.',
  },
  {
    inputs: '환불은 언제 되나요?',
    predictions: '반품하신 상품이 도착하면 사흘 안에 환불해 드립니다. 불편을 드려 죄송합니다.',
    policy: '환불은 반품이 도착한 뒤 사흘 안에 합니다.',
  },
];
