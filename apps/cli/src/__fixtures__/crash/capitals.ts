/** What the questions ask for and what the model knows, in two languages. */
export const capitals: readonly (readonly [country: string, capital: string])[] = [
  ['France', 'Paris'],
  ['Peru', 'Lima'],
  ['Kenya', 'Nairobi'],
  ['Norway', 'Oslo'],
  ['Vietnam', 'Hanoi'],
  ['Canada', 'Ottawa'],
  ['Chile', 'Santiago'],
  ['Egypt', 'Cairo'],
  ['Australia', 'Canberra'],
  ['Mongolia', 'Ulaanbaatar'],
  ['대한민국', '서울'],
  ['일본', '도쿄'],
  ['프랑스', '파리'],
  ['이집트', '카이로'],
  ['캐나다', '오타와'],
];

/** 15 countries × 8 wordings = 120 rows; every 20th has no reference, so that metrics skip it. */
export function questions(): readonly Readonly<Record<string, string | null>>[] {
  return wordings.flatMap(({ english, korean }, round) =>
    capitals.map(([country, capital], index) => {
      const number = round * capitals.length + index;
      const isKorean = /\p{Script=Hangul}/u.test(country);
      return {
        id: `q${String(number).padStart(3, '0')}`,
        topic: country,
        question: (isKorean ? korean : english).replace('*', country),
        reference: number % 20 === 7 ? null : isKorean ? `${country}의 수도는 ${capital}입니다.` : `The capital of ${country} is ${capital}.`,
      };
    }),
  );
}

const wordings = [
  { english: 'What is the capital of *?', korean: '*의 수도는 어디입니까?' },
  { english: 'Name the capital of *.', korean: '*의 수도 이름을 말하세요.' },
  { english: 'Which city is the seat of government of *?', korean: '* 정부는 어느 도시에 있습니까?' },
  { english: 'I travel to *. What is its capital called?', korean: '*에 여행을 갑니다. 수도가 어디죠?' },
  { english: 'Capital of *, please?', korean: '* 수도 알려 주세요.' },
  { english: 'Quiz: the capital of * is …', korean: '퀴즈: *의 수도는 …' },
  { english: 'Where does the parliament of * meet?', korean: '*의 국회는 어디에 있나요?' },
  { english: 'Tell me the capital city of * in one sentence.', korean: '*의 수도를 한 문장으로 알려 주세요.' },
];
