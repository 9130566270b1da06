// What people call a region: finding it by a part of its name, its usual short name or its capital; the short name for maps.
const CALLED = {
  "Санкт-Петербург": "питер спб петербург ленинград", "Москва": "мск столица", "Московская область": "подмосковье мо",
  "Ленинградская область": "ло ленобласть", "Ханты-Мансийский автономный округ": "хмао югра сургут нижневартовск",
  "Ямало-Ненецкий автономный округ": "янао ямал салехард новый уренгой", "Ненецкий автономный округ": "нао нарьян-мар",
  "Республика Саха": "якутия якутск", "Республика Татарстан": "татария казань", "Республика Башкортостан": "башкирия уфа",
  "Чувашская Республика": "чувашия чебоксары", "Удмуртская Республика": "удмуртия ижевск", "Чеченская Республика": "чечня грозный",
  "Кабардино-Балкарская Республика": "кбр кабардино-балкария нальчик", "Карачаево-Черкесская Республика": "кчр карачаево-черкесия черкесск",
  "Республика Северная Осетия": "алания владикавказ", "Республика Тыва": "тува кызыл", "Республика Марий Эл": "йошкар-ола", "Республика Дагестан": "махачкала",
  "Свердловская область": "екатеринбург екб урал", "Кемеровская область": "кузбасс", "Краснодарский край": "кубань сочи", "Ставропольский край": "ставрополье",
  "Приморский край": "приморье владивосток", "Забайкальский край": "забайкалье чита", "Еврейская автономная область": "еао биробиджан",
  "Чукотский автономный округ": "чукотка анадырь", "Камчатский край": "камчатка", "Сахалинская область": "сахалин курилы", "Нижегородская область": "нижний новгород",
  "Республика Адыгея": "майкоп", "Республика Карелия": "петрозаводск", "Республика Коми": "сыктывкар", "Республика Бурятия": "улан-удэ", "Республика Хакасия": "абакан",
  "Республика Мордовия": "саранск", "Республика Калмыкия": "элиста", "Республика Ингушетия": "магас", "Республика Крым": "симферополь", "Пермский край": "прикамье",
};

const plain = (text) => text.toLocaleLowerCase("ru").replaceAll("ё", "е").replace(/[-—\s]+/g, " ").trim();
const called = Object.entries(CALLED).map(([name, words]) => [plain(name), plain(words)]);
const LEAST_MISSPELT = 6;

/** Find the names that are meant by what was typed: those that hold it or are called so, else those one letter away from it. */
export function namesFound(names, typed) {
  const text = plain(typed);
  const texts = (name) => [plain(name), ...called.filter(([start]) => plain(name).startsWith(start)).map(([, words]) => words)];
  const exact = names.filter((name) => texts(name).some((each) => each.includes(text)));
  if (exact.length || text.length < LEAST_MISSPELT) return new Set(exact);
  return new Set(names.filter((name) => texts(name).join(" ").split(" ").some((word) => misspelt(word, text))));
}

/** Whether a text is the beginning of a word but for one letter that is another, missing or too many. */
function misspelt(word, text) {
  let same = 0;
  while (same < text.length && word[same] === text[same]) same += 1;
  const rest = text.slice(same + 1);
  return [word.slice(same + 1), word.slice(same)].some((end) => end.startsWith(rest)) || word.slice(same + 1).startsWith(text.slice(same));
}

const SHORT = {
  "Чувашская Республика": "Чувашия", "Удмуртская Республика": "Удмуртия", "Чеченская Республика": "Чечня", "Кабардино-Балкарская Республика": "Кабардино-Балкария",
  "Карачаево-Черкесская Республика": "Карачаево-Черкесия", "Республика Саха": "Якутия", "Республика Северная Осетия": "Северная Осетия",
  "Ханты-Мансийский автономный округ": "ХМАО — Югра", "Еврейская автономная область": "Еврейская АО",
};

/** A region's name as a map has room for it. */
export function shortName(name) {
  const begun = Object.keys(SHORT).find((start) => name.startsWith(start));
  return begun ? SHORT[begun] : name.replace(/^Республика | \(.*\)$/g, "").replace(" область", " обл.").replace(" автономный округ", " АО");
}
