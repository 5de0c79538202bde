#include "labs/common/language.h"

#include "tests/unit/labs/folder_fixture.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

using LanguageTest = FolderTest;

TEST_F(LanguageTest, AMessageIsFoundWithWhateverStandsInIt) {
  Translation words;
  ASSERT_TRUE(words.add(write("a.toml", R"t(
[messages]
"{} of {} are missing" = "nicht da: {1} (von {2})"
"frame {}: {}" = "Rahmen {1}: {2}"
"nothing" = "nichts"
)t")));
  EXPECT_EQ(words("frame 3: 2 of 7 are missing"), "Rahmen 3: nicht da: 2 (von 7)");
  EXPECT_EQ(words("frame 3: nothing"), "Rahmen 3: nichts");
  EXPECT_EQ(words("something else"), "something else");
}

TEST_F(LanguageTest, TheMostParticularMessageWins) {
  Translation words;
  ASSERT_TRUE(words.add(write("a.toml", R"t(
[messages]
"frame {}: {}" = "general {1} {2}"
"frame {}: the key is {}" = "particular {1} {2}"
)t")));
  EXPECT_EQ(words("frame 1: the key is x"), "particular 1 x");
}

TEST_F(LanguageTest, WhatALearnerSentIsNeverTakenForAPlaceholder) {
  Translation words;
  ASSERT_TRUE(words.add(write("a.toml", "[messages]\n\"{} where {} belongs\" = \"{2} statt {1}\"\n")));
  EXPECT_EQ(words(R"("{2}{1}" where "{1}" belongs)"), R"("{1}" statt "{2}{1}")");
}

TEST_F(LanguageTest, RulesAndGoalsAreTranslatedOrStay) {
  Translation words;
  ASSERT_TRUE(words.add(write("a.toml", R"t(
goal = "Ziel"
[rules."01.1"]
sentence = "Satz"
explanation = "weil"
)t")));
  EXPECT_EQ(words.sentence("01.1", "sentence"), "Satz");
  EXPECT_EQ(words.explanation("01.2", "because"), "because");
  LabFiles lab;
  lab.title = "title";
  lab.goal = "goal";
  EXPECT_EQ(words(lab).goal, "Ziel");
  EXPECT_EQ(words(lab).title, "title");
}

TEST_F(LanguageTest, ABrokenFileSaysItsLine) {
  Translation words;
  const auto added = words.add(write("a.toml", "goal = \"x\"\n[messages\n"));
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().message.find("line 2"), std::string::npos) << added.error().message;
  EXPECT_TRUE(words.add(folder_ / "none.toml"));
}

TEST_F(LanguageTest, TheOptionGoesBeforeTheEnvironment) {
  setenv("LC_ALL", "ru_RU.UTF-8", 1);
  EXPECT_EQ(language_of(""), "ru");
  EXPECT_EQ(language_of("en"), "en");
  setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_EQ(language_of(""), "en");
  setenv("LC_ALL", "", 1);
  setenv("LC_MESSAGES", "", 1);
  setenv("LANG", "POSIX", 1);
  EXPECT_EQ(language_of(""), "en");
}

TEST_F(LanguageTest, AFileInTheLanguageStandsBesideTheEnglishOne) {
  const fs::path english = write("1.md", "one");
  EXPECT_EQ(in_language(english, "ru"), english);
  const fs::path russian = write("1.ru.md", "один");
  EXPECT_EQ(in_language(english, "ru"), russian);
  EXPECT_EQ(in_language(english, "en"), english);
}

}  // namespace
}  // namespace kraftlab
