import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

table = pd.read_csv("customers.csv")
features, answers = table.drop(columns="stays"), table["stays"]
numbers, words = ["age", "calls", "price"], ["city"]
columns = ColumnTransformer([("numbers", StandardScaler(), numbers), ("words", OneHotEncoder(), words)])
pipeline = Pipeline([("columns", columns), ("model", LogisticRegression())])
pipeline.fit(features, answers)
