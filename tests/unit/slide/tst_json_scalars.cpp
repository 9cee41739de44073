// Numbers and strings of JSON objects: which are found, under which names, and what is no object.
#include "core/slide/json_scalars.h"

#include <QTest>

#include <string>
#include <vector>

using namespace origami;

class TestJsonScalars : public QObject {
    Q_OBJECT

private slots:
    void scalarsHaveTheirPaths() {
        const auto scalars = jsonScalars(
            R"({"a": 1, "b": {"c": "text", "d": {"e": -2.50}, "f": true}, "g": null, "h": [3, {"i": 4}], "j": 0.25})");
        QVERIFY(scalars);
        QCOMPARE(scalars->size(), std::size_t{4});
        const JsonScalar* const a = find(*scalars, {"a"});
        QVERIFY(a != nullptr && a->isNumber && a->text == "1");
        const JsonScalar* const c = find(*scalars, {"b", "c"});
        QVERIFY(c != nullptr && !c->isNumber && c->text == "text");
        const JsonScalar* const e = find(*scalars, {"b", "d", "e"});
        QVERIFY(e != nullptr && e->isNumber && e->text == "-2.5");
        const JsonScalar* const j = find(*scalars, {"j"});
        QVERIFY(j != nullptr && j->isNumber && j->text == "0.25");
        QVERIFY(find(*scalars, {"i"}) == nullptr);
        QVERIFY(find(*scalars, {"b"}) == nullptr);
    }

    void whatIsDeeperIsLeftOut() {
        const auto scalars = jsonScalars(R"({"a": {"b": {"c": {"d": 1}, "e": 2}}})");
        QVERIFY(scalars);
        QCOMPARE(scalars->size(), std::size_t{1});
        QCOMPARE(scalars->front().path, (std::vector<std::string>{"a", "b", "e"}));
        const std::string deep = "{\"a\": " + std::string(200000, '[') + std::string(200000, ']') + ", \"b\": 7}";
        QVERIFY(find(*jsonScalars(deep), {"b"}) != nullptr);
    }

    void onlyObjectsHaveNames() {
        for (const char* const text :
             {"", "7", "\"a\"", "[{\"a\": 1}]", "{\"a\": 1", "{\"a\": 1} x", "{\"a\": 1e999}"}) {
            QVERIFY2(!jsonScalars(text), text);
        }
        QVERIFY(jsonScalars("{}") && jsonScalars("{}")->empty());
    }
};

QTEST_APPLESS_MAIN(TestJsonScalars)
#include "tst_json_scalars.moc"
