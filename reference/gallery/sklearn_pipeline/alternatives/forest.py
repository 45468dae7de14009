import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OrdinalEncoder

datos = pd.read_csv("customers.csv")
X = datos[["age", "calls", "price", "city"]]
y = (datos["stays"] == "yes").astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
bosque = make_pipeline(
    make_column_transformer((OrdinalEncoder(), ["city"]), remainder="passthrough"),
    RandomForestClassifier(random_state=0),
)
busqueda = GridSearchCV(bosque, {"randomforestclassifier__min_samples_leaf": [3, 8]}, cv=3, scoring="roc_auc")
busqueda.fit(X_train, y_train)
print(busqueda.score(X_test, y_test))
