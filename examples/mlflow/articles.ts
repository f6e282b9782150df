/** News of two invented towns, and what a summary should say. */
export const articles = [
  {
    inputs:
      'The town library of Oakham opens on Sundays from May on. Two new librarians were hired for it, and the reading room was painted. The council pays for the first year and decides in spring whether it goes on.',
    ground_truth: 'From May on the library of Oakham is open on Sundays, for a year at first.',
  },
  {
    inputs:
      'A storm cut the power of four thousand homes on Tuesday night. Trees had fallen on lines near the river. By noon on Wednesday all homes had light again.',
    ground_truth: 'Four thousand homes had no power on Tuesday night after a storm.',
  },
  {
    inputs:
      'The bakery on Mill Street closes after ninety years. Its owner, Ruth Bell, is retiring and found nobody who wanted to rise at three in the morning. Her last loaves are sold on Saturday.',
    ground_truth: 'The bakery on Mill Street closes on Saturday, because its owner retires and found nobody to follow her.',
  },
  {
    inputs:
      'Trains between Oakham and Linton will run every half hour from June. The line has had a train an hour since 1986. New signals make it possible.',
    ground_truth: 'New signals let trains between Oakham and Linton run every half hour from June.',
  },
];
